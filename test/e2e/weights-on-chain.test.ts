import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Actor, createActor } from '../../owner/world/create-actor.ts'
import { setStage } from '../../owner/world/set-stage.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, startChain } from '../../shared/devchain/start-chain.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import { lookAtWeights } from '../../validator/rounds/look-at-weights.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter } from '../../validator/rounds/weight-setter.ts'
import { readLiveIntents } from '../../validator/storage/intent-table.ts'
import { openStore, type Store } from '../../validator/storage/open-store.ts'
import { describePlan } from '../../validator/weights/describe-plan.ts'
import { weightsTerms } from '../support/weights-outlook.ts'

const signal = AbortSignal.timeout(170_000)

describe('weights on the embedded chain, over a socket', () => {
  let folder = ''
  let node: RunningChain
  let chain: SubstrateChain
  let netuid = 0
  let actors: { owner: Actor; miner: Actor; validator: Actor }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-weights-e2e-'))
    node = await startChain({ preset: 'fast', blockTimeMs: 250 })
    chain = await connectSubstrateChain({ endpoint: node.url, signal })
    const [owner, miner, validator] = await Promise.all(['owner', 'miner', 'validator'].map(name => createActor(name, folder)))
    if (owner === undefined || miner === undefined || validator === undefined) throw new Error('no actors')
    actors = { owner, miner, validator }
    netuid = await setStage(chain, owner, [miner], [{ actor: validator, alpha: 50_000 }], signal)
  }, 60_000)
  afterAll(async () => {
    await chain?.close()
    await node?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const partsOf = (store: Store, commitForm: 'timelocked' | 'hash' = 'timelocked') => ({
    ...{ store, chain, signer: actors.validator.hotkey, netuid, settings: { ...weightsTerms, commitForm } },
  })
  /** The miner has 4; the owner's own neuron what a test gives it, so that each test has a vector of its own. */
  const scores = async (ownersScore: number) => {
    const { neurons } = await chain.readMetagraph(netuid, undefined, signal)
    const find = (actor: Actor) => {
      const found = neurons.find(({ hotkey }) => hotkey === actor.hotkey.hotkey)
      if (found === undefined) throw new Error('no neuron')
      return found
    }
    const [owner, miner] = [find(actors.owner), find(actors.miner)]
    const byKey = new Map([
      [minerKey(miner), 4],
      [minerKey(owner), ownersScore],
    ])
    const row = [
      [owner.uid, Math.ceil((65_535 * ownersScore) / 4)],
      [miner.uid, 65_535],
    ]
    return { byKey, row: row.sort(([a = 0], [b = 0]) => a - b) }
  }

  const setCommitReveal = (on: boolean) => {
    const spec = { pallet: 'adminUtils', call: 'sudoSetCommitRevealWeightsEnabled', args: [netuid, on], sudo: true }
    return chain.submitCall(pairFromUri('//Alice'), spec, { until: 'included', signal })
  }

  /** Runs a setter, a call a head, until something holds. */
  const run = async (parts: ReturnType<typeof partsOf>, byKey: ReadonlyMap<string, number>, holds: () => Promise<boolean>) => {
    const foreign: unknown[] = []
    const setter = buildWeightSetter({ ...parts, log: createLogger('test', 'silent'), onDoppelganger: error => foreign.push(error) })
    let wake = () => {}
    const stop = chain.watchHeads('best', () => wake())
    while (!(await holds()) && foreign.length === 0) {
      const head = new Promise<void>(resolve => {
        wake = resolve
      })
      await setter.submitIfDue({ round: 1, scores: byKey, state: emptyScoring }, signal)
      signal.throwIfAborted()
      await head
    }
    stop()
    expect(foreign).toEqual([])
    return setter
  }
  const statuses = async (store: Store) => (await readLiveIntents(store, 0)).map(({ form, status }) => `${form} ${status}`)
  const uidOf = async () =>
    (await chain.readMetagraph(netuid, undefined, signal)).neurons.find(({ hotkey }) => hotkey === actors.validator.hotkey.hotkey)?.uid ??
    -1

  it('are set in the open, confirmed from the finalised chain, and planned on', async () => {
    await setCommitReveal(false)
    const store = openStore(null)
    const parts = partsOf(store)
    const { byKey, row } = await scores(1)
    const setter = await run(parts, byKey, async () => (await statuses(store)).filter(each => each === 'set-weights finalised').length >= 2)
    expect(await chain.readWeights(netuid, await uidOf())).toEqual(row)
    expect(setter.status()).toMatchObject({ lastError: null, waiting: null, missedTempos: 0 })
    const look = await lookAtWeights(parts, byKey, await chain.readHead(), signal)
    expect(look.plan).toMatchObject({ form: 'set-weights', content: 'scores', stops: [] })
    const report = {
      head: look.head.number,
      blockTimeMs: 250,
      round: 1,
      plan: look.plan,
      vector: null,
      foreign: [],
      pending: [],
      commitment: null,
    }
    expect(describePlan(report).join('\n')).toContain('nothing stands in the way')
    store.close()
  }, 60_000)

  it.each([
    ['timelocked', 2],
    ['hash', 3],
  ] as const)(
    'are committed (%s), opened in their epoch, and are ours',
    async (form, ownersScore) => {
      await setCommitReveal(true)
      const store = openStore(null)
      const parts = partsOf(store, form)
      const { byKey, row } = await scores(ownersScore)
      // The hotkey was active before this journal began: it is watched first, then it commits.
      await run(parts, byKey, async () => (await statuses(store)).includes(`${form} revealed`))
      expect((await statuses(store)).filter(each => !each.startsWith(form))).toEqual([])
      expect(await chain.readWeights(netuid, await uidOf())).toEqual(row)
      const commits = await chain.readCommits(netuid, actors.validator.hotkey.hotkey)
      expect(commits.hashes.length + commits.timelocked.length).toBeLessThanOrEqual(10)
      store.close()
    },
    90_000,
  )
})
