import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../owner/world/create-actor.ts'
import { setStage } from '../../owner/world/set-stage.ts'
import type { Neuron } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, startChain } from '../../shared/devchain/start-chain.ts'
import type { AssayError } from '../../shared/errors/assay-error.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import type { WeightsSettings } from '../../validator/rounds/look-at-weights.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter, type WeightSetter } from '../../validator/rounds/weight-setter.ts'
import { readLiveIntents } from '../../validator/storage/intent-table.ts'
import { openStore, type Store } from '../../validator/storage/open-store.ts'
import { weightsTerms } from './weights-outlook.ts'

/** One validator's weights on an embedded chain that makes a block for every call and on demand: two miners, one of them worth three of the other. */
export interface EmbeddedWeightsLab {
  readonly node: RunningChain
  readonly chain: SubstrateChain
  readonly netuid: number
  /** The database's folder. */
  readonly folder: string
  readonly validator: Actor
  store: Store
  setter: WeightSetter
  /** What ended the validator's duty. */
  readonly ended: AssayError[]
  /** A new process on a database; on the present one unless another folder is given. */
  restart(folder?: string, settings?: Partial<WeightsSettings>): void
  /** Makes blocks, each followed by one call of the setter. */
  blocks(count: number): Promise<void>
  /** Blocks until something holds. */
  blocksUntil(holds: () => boolean | Promise<boolean>, most?: number): Promise<void>
  /** Changes hyperparameters by the root: call and arguments after the netuid. */
  sudo(call: string, ...args: unknown[]): Promise<void>
  /** Of the live intents, oldest first: form and status. */
  statuses(): Promise<string[]>
  /** The stored row of our neuron. */
  row(): Promise<ReadonlyArray<readonly [number, number]>>
  /** Blocks in which our hotkey's weights or commits took effect so far, as our neuron's last update showed them after each block. */
  readonly updates: readonly number[]
  uidOf(actor: Actor): number
  readonly miners: readonly Actor[]
  close(): Promise<void>
}

const signal = AbortSignal.timeout(120_000)
const never = 400

/** A person of the lab, with keys that follow from the name. */
export function labActor(name: string): Actor {
  return { name, coldkey: pairFromUri(`//${name}`), hotkey: pairFromUri(`//${name}//hot`) }
}

export async function openEmbeddedWeightsLab(settings: Partial<WeightsSettings> = {}): Promise<EmbeddedWeightsLab> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-weights-'))
  const node = await startChain({ preset: 'fast', mode: 'instant' })
  const chain = await connectSubstrateChain({ endpoint: node.url, signal })
  const [owner, validator, ...miners] = ['Owner', 'Validator', 'One', 'Two'].map(labActor)
  if (owner === undefined || validator === undefined) throw new Error('no actors')
  const netuid = await setStage(chain, owner, miners, [{ actor: validator, alpha: 50_000 }], signal)
  const ended: AssayError[] = []
  const updates: number[] = []
  let neurons: readonly Neuron[] = []
  const look = async () => {
    neurons = (await chain.readMetagraph(netuid, undefined, signal)).neurons
  }
  await look()
  const neuronOf = ({ hotkey }: Actor) => {
    const found = neurons.find(neuron => neuron.hotkey === hotkey.hotkey)
    if (found === undefined) throw new Error('not registered')
    return found
  }
  const open = (at: string, changed: Partial<WeightsSettings>) => {
    const store = openStore(at)
    const setter = buildWeightSetter({
      ...{ chain, signer: validator.hotkey, netuid, store, log: createLogger('test', 'silent') },
      settings: { ...weightsTerms, ...settings, ...changed },
      onDoppelganger: error => ended.push(error),
      onOutdated: error => ended.push(error),
    })
    return { store, setter }
  }
  const scoresNow = () => {
    const scores = new Map<string, number>()
    for (const [index, miner] of miners.entries()) {
      const found = neurons.find(({ hotkey }) => hotkey === miner.hotkey.hotkey)
      if (found !== undefined) scores.set(minerKey(found), index === 0 ? 3 : 1)
    }
    return scores
  }
  const lab: EmbeddedWeightsLab = {
    ...{ node, chain, netuid, folder, validator, ended, updates, miners },
    ...open(folder, {}),
    restart(at = folder, changed = {}) {
      lab.store.close()
      Object.assign(lab, open(at, changed))
    },
    async blocks(count) {
      for (let made = 0; made < count; made++) {
        node.newBlock()
        await lab.setter.submitIfDue({ round: 1, scores: scoresNow(), state: emptyScoring }, signal)
        await look()
        // A registration counts as an update too.
        const { lastUpdateBlock, registeredAtBlock } = neuronOf(validator)
        if (lastUpdateBlock > (updates.at(-1) ?? registeredAtBlock)) updates.push(lastUpdateBlock)
      }
    },
    async blocksUntil(holds, most = never) {
      const before = ended.length
      for (let made = 0; !(await holds()); made++) {
        if (ended.length > before) throw new Error(`the validator ended: ${ended.at(-1)?.message}`)
        if (made === most) throw new Error(`it did not come within ${most} blocks: ${JSON.stringify(lab.setter.status())}`)
        await lab.blocks(1)
      }
    },
    async sudo(call, ...args) {
      const spec = { pallet: 'adminUtils', call, args: [netuid, ...args], sudo: true }
      const outcome = await chain.submitCall(pairFromUri('//Alice'), spec, { until: 'included', signal })
      if (outcome.status !== 'included') throw new Error(`${call}: ${JSON.stringify(outcome)}`)
    },
    statuses: async () => (await readLiveIntents(lab.store, 0)).map(({ form, status }) => `${form} ${status}`),
    row: async () => chain.readWeights(netuid, neuronOf(validator).uid, undefined, signal),
    uidOf: actor => neuronOf(actor).uid,
    async close() {
      lab.store.close()
      await chain.close()
      await node.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return lab
}
