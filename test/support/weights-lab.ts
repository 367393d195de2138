import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AssayError } from '../../shared/errors/assay-error.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import { type Journal, openJournal } from '../../validator/rounds/journal.ts'
import type { WeightsSettings } from '../../validator/rounds/look-at-weights.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter, type WeightSetter } from '../../validator/rounds/weight-setter.ts'
import { openStore, type Store } from '../../validator/storage/open-store.ts'
import { type FakeChain, fakeChain } from './fake-chain.ts'
import { neuron } from './fake-miner-chain.ts'
import { devKey } from './toy-exchange.ts'
import { weightsTerms } from './weights-outlook.ts'

export const weightsKey = (name: string, block = 7) => minerKey({ hotkey: devKey(name).hotkey, registeredAtBlock: block })

/** One validator's weights on a chain in memory, with a database on disk that can be opened again, as after a crash. */
export interface WeightsLab {
  readonly chain: FakeChain
  readonly folder: string
  store: Store
  setter: WeightSetter
  readonly doppelgangers: AssayError[]
  readonly missed: number[]
  /** Opens the database anew with a new setter; `wrap` may make the journal fail. */
  restart(wrap?: (journal: Journal) => Journal, folder?: string): void
  /** One head after another, each with a call of the setter. */
  blocks(count: number): Promise<void>
  /** A single call at the present head. */
  look(setter?: WeightSetter): Promise<void>
  scores: ReadonlyMap<string, number>
  close(): void
}

export function openWeightsLab(settings: Partial<WeightsSettings> = {}): WeightsLab {
  const folder = mkdtempSync(join(tmpdir(), 'assay-weights-'))
  const chain = fakeChain([
    neuron(0, devKey('Validator').hotkey, { validatorPermit: true, lastUpdateBlock: 0 }),
    ...['One', 'Two', 'Three'].map((name, index) => neuron(index + 1, devKey(name).hotkey, { registeredAtBlock: 7 })),
  ])
  chain.hyperparameters = { ...chain.hyperparameters, tempo: 20 }
  const doppelgangers: AssayError[] = []
  const missed: number[] = []
  const open = (wrap: (journal: Journal) => Journal = journal => journal, at = folder) => {
    const store = openStore(at)
    const setter = buildWeightSetter({
      ...{ chain, signer: devKey('Validator'), netuid: 2, store, log: createLogger('test', 'silent') },
      settings: { ...weightsTerms, ...settings },
      journal: wrap(openJournal(store)),
      onDoppelganger: error => doppelgangers.push(error),
      onMissed: tempos => missed.push(tempos),
    })
    return { store, setter }
  }
  const lab: WeightsLab = {
    ...{ chain, folder, doppelgangers, missed },
    ...open(),
    scores: new Map([
      [weightsKey('One'), 3],
      [weightsKey('Two'), 1],
    ]),
    restart(wrap, at) {
      if (at === undefined) lab.store.close()
      Object.assign(lab, open(wrap, at))
    },
    async blocks(count) {
      for (let block = 0; block < count; block++) {
        chain.advance()
        await lab.look()
      }
    },
    look: (setter = lab.setter) => setter.submitIfDue({ round: 1, scores: lab.scores, state: emptyScoring }, new AbortController().signal),
    close() {
      lab.store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return lab
}
