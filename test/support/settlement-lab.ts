import type { Engine, ScoreRequest, ScoreResult } from '../../shared/engine/engine-port.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import type { Subnet, SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { minerKey, type RoundMiner } from '../../validator/challenge/drawn-request.ts'
import type { Arrival, Exchange } from '../../validator/query/exchange.ts'
import { buildAuditor } from '../../validator/rounds/auditor.ts'
import { buildNotary } from '../../validator/rounds/notary.ts'
import type { OpenerParts } from '../../validator/rounds/open-answers.ts'
import { buildPool, type Pool } from '../../validator/rounds/pool.ts'
import { type Replay, replayRound } from '../../validator/rounds/replay-round.ts'
import { type SettleModules, settleRound } from '../../validator/rounds/run-round.ts'
import { buildScoreboard, type Scoreboard } from '../../validator/rounds/scoreboard.ts'
import { buildVerifier } from '../../validator/rounds/verifier.ts'
import { openStore, type Store } from '../../validator/storage/open-store.ts'
import { type RoundRecord, readRound } from '../../validator/storage/round-table.ts'
import { saveSubnet } from '../../validator/storage/subnet-table.ts'
import type { ModelFacts } from '../../validator/verification/checks/answer.ts'
import type { Verdict } from '../../validator/verification/verdict.ts'
import { toyAsk } from './ask-hostile.ts'
import { type FakeChain, fakeChain } from './fake-chain.ts'
import { neuron } from './fake-miner-chain.ts'
import { toySubnet, toyTerms } from './subnet-terms.ts'
import { type ToyAnswerParts, toyAnswer, toyPromptIds } from './toy-answer.ts'
import { devKey, toyModel, toyStatistics } from './toy-exchange.ts'

/** What one miner does with one request; null leaves the request without any arrival, as a stop does. */
export type Deed = ToyAnswerParts | 'miss' | null

export interface SettlementLab {
  readonly store: Store
  readonly chain: FakeChain
  readonly pool: Pool
  readonly scoreboard: Scoreboard
  readonly modules: SettleModules
  readonly subnet: Subnet
  /** Asks the miners of these names, one request for each deed, and stores what comes; the round stays open where `close` is false. */
  ask(number: number, deeds: Readonly<Record<string, readonly Deed[]>>, close?: boolean): Promise<RoundRecord>
  settle(number: number): Promise<void>
  replay(number: number): Promise<Replay>
  /** Id of a request, by its round, its miner's name and the deed's number. */
  requestId(round: number, name: string, deed: number): string
  /** Score of a miner by name; undefined where it has none. */
  score(name: string): Promise<number | undefined>
}

export interface LabOptions {
  /** The database's folder; in memory without one. */
  readonly folder?: string
  readonly subnet?: Partial<SubnetFile>
  /** Miners on chain from the beginning: registered at block 7. */
  readonly miners?: readonly string[]
  score?(request: ScoreRequest, signal: AbortSignal): Promise<ScoreResult>
  /** Numbers in a row of the reference, where it shows rows; and what dials miners for openings. */
  readonly hiddenSize?: number
  opener?(chain: FakeChain): OpenerParts
  /** Where the miners are. */
  readonly address?: Pick<RoundMiner, 'host' | 'port'>
  onReferenceFailure?(error: unknown): void
  onJudged?(failures: readonly Verdict[]): void
  /** Whether the canary holds; it does unless told. */
  ready?(): boolean
  /** Name of the miner that the operator runs as its control. */
  readonly control?: string
  /** What judging needs to know of the model, instead of the toy model's. */
  readonly facts?: ModelFacts
}

/** From which the lab's validator derives its audit secrets. */
export const labMaster = new Uint8Array(32).fill(9)

/** The miner of a name as a round knows it. */
export function labMiner(name: string, registeredAtBlock = 7): RoundMiner {
  const { hotkey } = devKey(name)
  return { uid: 1, hotkey, coldkey: devKey(`${name}Owner`).coldkey, registeredAtBlock, host: '127.0.0.2', port: 8_000 }
}

export function labKey(name: string, registeredAtBlock = 7): string {
  return minerKey(labMiner(name, registeredAtBlock))
}

/** Everything that settles rounds, on a toy model and a chain in memory whose block 200 is the head. */
export async function openSettlementLab(options: LabOptions = {}): Promise<SettlementLab> {
  await waitForCrypto()
  const names = options.miners ?? ['One', 'Two']
  const store = openStore(options.folder ?? null)
  const chain = fakeChain(
    [
      neuron(0, devKey('Validator').hotkey, { validatorPermit: true, lastUpdateBlock: 0 }),
      ...names.map((name, index) => neuron(index + 1, devKey(name).hotkey, { registeredAtBlock: 7 })),
    ],
    { head: 200 },
  )
  const file = toySubnet(options.subnet)
  const subnet: Subnet = { file, scoringVersion: digestJson(file), folder: '/nowhere' }
  await saveSubnet(store, subnet)
  const engine: Engine = {
    manifestDigest: toyModel.manifestDigest,
    provider: 'toy',
    generate: () => Promise.reject(new Error('a reference generates nothing here')),
    ...(options.hiddenSize !== undefined && { hiddenSize: options.hiddenSize }),
    score: options.score ?? (async ({ tokenIds }) => toyStatistics(tokenIds.length)),
    close: async () => {},
  }
  const validator = devKey('Validator').hotkey
  const pool = buildPool(store)
  const notary = buildNotary({ signer: devKey('Validator'), master: labMaster, netuid: 2 })
  const scoreboard = buildScoreboard({
    store,
    chain,
    clock: chain.clock,
    netuid: 2,
    subnet,
    validator,
    notary,
    ...(options.control !== undefined && { control: devKey(options.control).hotkey }),
  })
  const modules: SettleModules = {
    pool,
    scoreboard,
    auditor: buildAuditor({
      store,
      chain,
      master: labMaster,
      netuid: 2,
      subnet: file,
      ...(options.opener && { opener: options.opener(chain) }),
    }),
    verifier: buildVerifier({
      ...{ store, validator, netuid: 2, timeoutMs: 5_000 },
      reference: { terms: file.models[0] ?? toyTerms, facts: options.facts ?? toyModel, engine, ready: options.ready ?? (() => true) },
      ...(options.onJudged === undefined ? {} : { onJudged: options.onJudged }),
      ...(options.onReferenceFailure === undefined ? {} : { onReferenceFailure: options.onReferenceFailure }),
    }),
  }
  const sequences = new Map<string, number>()
  const lab: SettlementLab = {
    ...{ store, chain, pool, scoreboard, modules, subnet },
    requestId: (round, name, deed) => digestJson([round, name, deed]).slice(0, 32),
    async ask(number, deeds, close = true) {
      const miners = Object.keys(deeds).map(name => labMiner(name))
      const round: RoundRecord = {
        ...{ number, startBlock: number * file.round.blocks, blocks: file.round.blocks, epoch: 20, seconds: 10, miners },
        ...{ offered: Object.fromEntries(miners.map(miner => [minerKey(miner), 1])), carry: {}, scoringVersion: subnet.scoringVersion },
      }
      await pool.open(round)
      for (const [name, list] of Object.entries(deeds))
        for (const [index, deed] of list.entries()) {
          const id = lab.requestId(number, name, index)
          const ask = toyAsk({}, id)
          const sent = {
            round: number,
            miner: { ...labMiner(name), ...options.address },
            ask,
            promptIds: toyPromptIds(ask),
            askedWork: 8.3,
            sentBlock: round.startBlock,
          }
          await pool.send(sent)
          if (deed === null) continue
          const sequence = (sequences.get(name) ?? 0) + 1
          sequences.set(name, sequence)
          await pool.add({ ...sent, arrival: arrivalOf(sent, deed, name, sequence) })
        }
      if (close) await pool.close(round, false)
      return round
    },
    async settle(number) {
      const found = await readRound(store, number)
      if (found === null) throw new Error(`no round ${number}`)
      await settleRound(found.round, modules, new AbortController().signal)
    },
    replay: number => replayRound(store, number, labMaster, async () => options.facts ?? toyModel),
    score: async name => (await scoreboard.latest())?.scores.get(labKey(name)),
  }
  return lab
}

function arrivalOf({ ask }: Omit<Exchange, 'arrival'>, deed: ToyAnswerParts | 'miss', name: string, sequence: number): Arrival {
  if (deed === 'miss') return { kind: 'none', reason: 'timeout', detail: '', elapsedMs: 350, ours: false }
  if (!('messages' in ask)) throw new Error('the lab asks chats')
  const answer = toyAnswer(ask, { miner: devKey(name), sequence, ...deed })
  const { receipt, signature, logProbs } = answer.assay
  const text = answer.choices[0]?.message.content ?? ''
  return { kind: 'answer', receipt, signature, certificate: null, logProbs, text, elapsedMs: 50, arrivedBlock: 118, arrivedMs: 1_300 }
}
