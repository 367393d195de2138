import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { createLogger } from '../../../../shared/observe/create-logger.ts'
import type { ChatAsk } from '../../../../shared/protocol/ask.ts'
import { openDialer } from '../../../../validator/query/open-dialer.ts'
import { buildChallenger } from '../../../../validator/rounds/challenger.ts'
import { buildQuerier } from '../../../../validator/rounds/querier.ts'
import { type RoundsParts, runRounds } from '../../../../validator/rounds/run-rounds.ts'
import { buildSecretCommitter } from '../../../../validator/rounds/secret-committer.ts'
import { buildWeightSetter, type WeightSetter } from '../../../../validator/rounds/weight-setter.ts'
import { readRound, saveRound } from '../../../../validator/storage/round-table.ts'
import { httpReply, startRawServer } from '../../../support/raw-server.ts'
import { openSettlementLab } from '../../../support/settlement-lab.ts'
import { toySubnet, toyTerms } from '../../../support/subnet-terms.ts'
import { toyAnswer, toyPromptIds } from '../../../support/toy-answer.ts'
import { devKey, toyModel } from '../../../support/toy-exchange.ts'
import { weightsTerms } from '../../../support/weights-outlook.ts'

beforeAll(waitForCrypto)

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const prompts = { templates: [{ kind: 'word', text: '{w} {w}' }], slots: { w: ['cat', 'dog', 'bird', 'fish', 'fox', 'owl', 'bee', 'ant'] } }

/** Pays nobody: it reads nothing of the chain. */
const idleWeights: WeightSetter = {
  submitIfDue: async () => {},
  status: () => ({
    submitted: 0,
    lastBlock: null,
    lastError: null,
    waiting: null,
    nextBlock: null,
    missedTempos: 0,
    unrevealed: 0,
    silent: true,
  }),
}

/** Real rounds over real sockets against one honest miner, on a chain whose blocks the test makes: a round is two blocks and a fifth of a second. */
async function lab(changes: Partial<RoundsParts> = {}) {
  const base = await openSettlementLab({
    miners: ['One'],
    subnet: {
      round: { blocks: 2, deadlineBlocks: 40, beaconBlocks: 2 },
      scoring: { windowRounds: 20, convictionBlocks: 100, coldStartRate: 100, growth: 1.5 },
    },
  })
  const { store, chain, subnet, scoreboard, pool, modules } = base
  let sequence = 0
  const server = await startRawServer(({ socket, body }) => {
    const ask: ChatAsk = JSON.parse(body)
    sequence += 1
    socket.write(httpReply(JSON.stringify(toyAnswer(ask, { miner: devKey('One'), sequence }))))
  })
  chain.neurons = chain.neurons.map(neuron => (neuron.uid === 1 ? { ...neuron, axon: { host: server.host, port: server.port } } : neuron))
  const dispatcher = openDialer({
    allowPrivate: true,
    connectTimeoutMs: 1_000,
    headersTimeoutMs: 4_000,
    idleTimeoutMs: 4_000,
    connectionsPerMiner: 8,
  })
  const signer = devKey('Validator')
  const log = createLogger('test', 'silent')
  const problems: string[] = []
  const settled: number[] = []
  const waiting: Array<{ readonly round: number; readonly resolve: () => void }> = []
  const parts: RoundsParts = {
    ...modules,
    challenger: buildChallenger({
      ...{ store, chain, netuid: 2, subnet, scoreboard, master: new Uint8Array(32).fill(9), self: signer.hotkey },
      reference: {
        terms: toyTerms,
        prompts,
        model: { ...toyModel, promptIdsOf: source => ('messages' in source ? toyPromptIds(source) : []) },
      },
    }),
    querier: buildQuerier({
      pool,
      clock: chain.clock,
      subnet: subnet.file,
      blockTimeMs: chain.blockTimeMs,
      ask: { dispatcher, signer, capBytes: 100_000 },
    }),
    weights: buildWeightSetter({ chain, signer, netuid: 2, store, log, settings: weightsTerms }),
    committer: buildSecretCommitter({
      ...{ chain, signer, netuid: 2, store, log, master: new Uint8Array(32).fill(9), scoringVersion: subnet.scoringVersion },
    }),
    ...{ store, clock: chain.clock, subnet: subnet.file, keepRounds: 100, log },
    health: { report: (what, problem) => void (problem !== null && problems.push(`${what}: ${problem.split('\n')[0]}`)) },
    onSettled: number => {
      settled.push(number)
      for (const { round, resolve } of waiting) if (number >= round) resolve()
    },
    ...changes,
  }
  const start = async () => {
    const rounds = await runRounds(parts, new AbortController().signal)
    closers.push(() => rounds.stop())
    return rounds
  }
  closers.push(server.close, () => dispatcher.destroy())
  const untilSettled = (round: number) =>
    settled.some(number => number >= round) ? Promise.resolve() : new Promise<void>(resolve => waiting.push({ round, resolve }))
  /** Waits, a block at a time, until something holds. */
  const blocksUntil = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await new Promise(resolve => setImmediate(resolve))
  }
  const isAsked = async (round: number) => (await readRound(store, round))?.status === 'asked'
  return { ...base, server, start, settled, untilSettled, blocksUntil, isAsked, problems }
}

describe('rounds', () => {
  it('begin at a boundary, are settled when their beacons are final, and are paid', async () => {
    const { chain, server, start, untilSettled, blocksUntil, isAsked, score, replay } = await lab()
    await start()
    chain.advance()
    expect(server.requests).toHaveLength(0)
    chain.advance()
    await blocksUntil(() => isAsked(101))
    expect(server.requests.length).toBeGreaterThan(0)
    // Sent at block 202: deadline 242, beacon 244, final when the head is 246.
    chain.advance(43)
    expect(await score('One')).toBeUndefined()
    chain.advance()
    await untilSettled(101)
    expect(await score('One')).toBeGreaterThan(0)
    expect((await replay(101)).differences).toEqual([])
    chain.advance()
    await blocksUntil(async () => chain.submitted.length > 0)
    expect(chain.submitted[0]?.uids).toEqual([1])
  })

  it('are left out where they could only begin late', async () => {
    const file = toySubnet({ round: { blocks: 10, deadlineBlocks: 40, beaconBlocks: 2 } })
    const { chain, store, server, start, blocksUntil } = await lab({ subnet: file })
    await start()
    // The round began at 210; at 216 more than half of it is over.
    chain.leap(16)
    chain.advance(3)
    expect(await readRound(store, 21)).toBeNull()
    chain.leap(5)
    await blocksUntil(async () => server.requests.length > 0)
    expect((await readRound(store, 22))?.status).toBe('asking')
    expect(await readRound(store, 21)).toBeNull()
  })

  it('go on numbering from what is stored, also where the chain counts lower', async () => {
    const { chain, store, subnet, start, blocksUntil, isAsked } = await lab()
    await saveRound(store, {
      ...{ number: 500, startBlock: 1_000, epoch: 100, blocks: 2, seconds: 1, miners: [], offered: {}, carry: {} },
      scoringVersion: subnet.scoringVersion,
    })
    await start()
    chain.advance(2)
    await blocksUntil(() => isAsked(501))
    expect(await readRound(store, 501)).toMatchObject({ round: { number: 501, startBlock: 202 } })
  })

  it('are settled in their order: one whose end could not be stored is ended first', async () => {
    const { chain, store, start, settled, untilSettled, subnet } = await lab()
    for (const number of [90, 91])
      await saveRound(store, {
        ...{ number, startBlock: 180, epoch: 18, blocks: 2, seconds: 1, miners: [], offered: {}, carry: {} },
        scoringVersion: subnet.scoringVersion,
      })
    store.sqlite.exec("UPDATE round SET status = 'asked' WHERE number = 91")
    await start()
    chain.advance()
    await untilSettled(91)
    expect(settled.slice(0, 2)).toEqual([90, 91])
  })

  it('whose settling fails are settled at a later head, and the fault is seen meanwhile', async () => {
    const { chain, start, untilSettled, blocksUntil, isAsked, problems } = await lab({ weights: idleWeights })
    await start()
    chain.advance(2)
    await blocksUntil(() => isAsked(101))
    chain.advance(43)
    chain.faults.push(new Error('the socket is gone'))
    chain.advance()
    await blocksUntil(async () => problems.length > 0)
    expect(problems).toEqual(['settling: Error: the socket is gone'])
    chain.advance()
    await untilSettled(101)
  })

  it('that cannot be drawn are left out, and the next one is asked', async () => {
    const { chain, store, start, blocksUntil, isAsked, problems } = await lab({ weights: idleWeights })
    await start()
    chain.faults.push(new Error('the socket is gone'))
    chain.advance(2)
    await blocksUntil(async () => problems.length > 0)
    expect(problems).toEqual(['asking: Error: the socket is gone'])
    chain.advance(2)
    await blocksUntil(() => isAsked(102))
    expect(await readRound(store, 101)).toBeNull()
  })

  it('stop at once: what is under way is cut, and counts no more than its time', async () => {
    const { chain, store, start, blocksUntil } = await lab()
    const rounds = await start()
    chain.advance(2)
    await blocksUntil(async () => (await readRound(store, 101))?.status === 'asking')
    await rounds.stop()
    const found = await readRound(store, 101)
    expect(found?.status).toBe('asked')
    expect(found?.round.seconds).toBeLessThan(0.2)
    chain.advance(100)
    await rounds.stop()
    expect(await readRound(store, 102)).toBeNull()
  })
})
