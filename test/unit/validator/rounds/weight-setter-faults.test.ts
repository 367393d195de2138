import { afterEach, beforeAll, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import type { Journal } from '../../../../validator/rounds/journal.ts'
import { times } from '../../../support/full-faults.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { openWeightsLab, type WeightsLab } from '../../../support/weights-lab.ts'

beforeAll(waitForCrypto)

let lab: WeightsLab | undefined
afterEach(() => lab?.close())

const tempo = 20
const tempos = times(10, 30)

/** A journal whose steps fail now and then, before or after they were written, as a crash does. */
function crashing(journal: Journal, random: () => number, onCrash: () => void): Journal {
  const wrap =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const drawn = random()
      const crash = () => {
        onCrash()
        throw new Error('killed')
      }
      if (drawn < 0.04) crash()
      const result = await work(...args)
      if (drawn < 0.08) crash()
      return result
    }
  return { ...journal, begin: wrap(journal.begin), sent: wrap(journal.sent), change: wrap(journal.change) }
}

it.each([
  ['set-weights', 11],
  ['timelocked', 12],
  ['hash', 13],
] as const)(
  'a fifth of the calls dropped, a tenth unheard, and crashes between all steps: every tempo has our weights (%s), none acts twice',
  async (form, seed) => {
    const random = seededRandom(seed)
    lab = openWeightsLab({ commitForm: form === 'hash' ? 'hash' : 'timelocked' })
    const { chain } = lab
    const at = lab
    chain.hyperparameters = { ...chain.hyperparameters, tempo, weightsRateLimit: 2, commitRevealEnabled: form !== 'set-weights' }
    let crashes = 0
    let crashed = false
    const onCrash = () => {
      crashes += 1
      crashed = true
    }
    at.restart(journal => crashing(journal, random, onCrash))
    for (let block = 0; block < tempo * tempos; block++) {
      const drawn = random()
      chain.fates.splice(0, chain.fates.length, drawn < 0.2 ? 'dropped' : drawn < 0.3 ? 'unheard' : 'included')
      await at.blocks(1)
      if (!crashed) continue
      crashed = false
      at.restart(journal => crashing(journal, random, onCrash))
    }
    const acts = chain.acts.filter(({ reveal }) => reveal === undefined)
    const held = new Map<number, number>()
    for (const { block } of acts) held.set(Math.floor(block / tempo), (held.get(Math.floor(block / tempo)) ?? 0) + 1)
    const last = Math.floor((await chain.readHead()).number / tempo)
    for (let epoch = 5; epoch < last; epoch++) expect(held.get(epoch) ?? 0, `epoch ${epoch}`).toBeGreaterThan(0)
    // One for each tempo, and one more where the first came before its window.
    expect(Math.max(...held.values())).toBeLessThanOrEqual(2)
    expect(acts.length).toBeLessThanOrEqual(tempos + 3)
    expect(at.doppelgangers).toEqual([])
    expect(crashes).toBeGreaterThan(5)
  },
  60_000,
)
