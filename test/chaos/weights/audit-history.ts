import type { Intent, WeightsForm } from '../../../validator/weights/intent.ts'
import { mostUnrevealed } from '../../../validator/weights/plan-weights.ts'
import { sameWeights } from '../../../validator/weights/same-weights.ts'
import type { BlockRecord } from './read-history.ts'

export interface WeightsAudit {
  /** Tempos that were judged. */
  readonly tempos: number
  /** Tempos that ended without weights or a commit of ours, and those whose epoch ran on other weights than the journal says. */
  readonly missed: readonly number[]
  readonly wrong: readonly number[]
  /** Vectors and commits that the chain took. */
  readonly effects: number
  readonly mostUnrevealed: number
  /** Everything that was missed, done twice, unexplained or too much; empty where all held. */
  readonly faults: readonly string[]
}

/** Something of ours that the chain took: what it was, and the one intent behind it. */
interface Effect {
  readonly block: number
  readonly epoch: number
  readonly intent: Intent | undefined
}

/** Statuses that deny an effect. */
const denials: readonly string[] = ['lost', 'refused', 'intent']

/**
 * Judges what the final chain held, block by block, against the journal: every tempo from `firstEpoch` on has one vector or commit of
 * ours, its epoch ran on the vector that this tempo (or, with commits, the one a reveal period before) brought, no intent took effect
 * twice, every effect has its intent, and never more than ten commits waited.
 */
export function auditHistory(
  history: readonly BlockRecord[],
  intents: readonly Intent[],
  form: WeightsForm,
  firstEpoch: number,
): WeightsAudit {
  const effects = form === 'set-weights' ? openEffects(history, intents) : commitEffects(history, intents)
  const byEpoch = groupBy(effects, ({ epoch }) => epoch)
  const ends = history.flatMap((record, index) => {
    const before = history[index - 1]
    return record.ran && before !== undefined && before.epoch >= firstEpoch ? [before] : []
  })
  const missed = ends.flatMap(({ epoch }) => (byEpoch.has(epoch) ? [] : [epoch]))
  const wrong = ends.flatMap(({ epoch, row, revealPeriod }) => {
    const source = form === 'set-weights' ? epoch : epoch - revealPeriod
    const expected = byEpoch.get(source)?.at(-1)?.intent
    if (source < firstEpoch || expected === undefined) return []
    return sameWeights(row, expected.vector, () => false) ? [] : [epoch]
  })
  const waiting = Math.max(0, ...history.map(unrevealedOf))
  const faults = [
    ...missed.map(epoch => `the tempo of epoch ${epoch} ended without our weights`),
    ...wrong.map(epoch => `epoch ${epoch} ran on other weights than those that the journal holds for it`),
    ...[...byEpoch].filter(([epoch, taken]) => epoch >= firstEpoch && taken.length > 1).map(([epoch, taken]) => describeTwo(epoch, taken)),
    ...[...groupBy(effects, ({ intent }) => intent?.id)]
      .filter(([id, taken]) => id !== undefined && taken.length > 1)
      .map(([id, taken]) => `intent ${id} took effect ${taken.length} times: blocks ${taken.map(({ block }) => block).join()}`),
    ...effects.flatMap(({ block, intent }) => {
      if (intent === undefined) return [`the journal does not know what block ${block} brought`]
      const denied = denials.includes(intent.status) || intent.error === 'never sent'
      return denied ? [`the journal calls intent ${intent.id} ${intent.status}, and block ${block} holds it`] : []
    }),
    ...(waiting > mostUnrevealed ? [`${waiting} commits waited to be revealed`] : []),
  ]
  return { tempos: ends.length, missed, wrong, effects: effects.length, mostUnrevealed: waiting, faults }
}

function openEffects(history: readonly BlockRecord[], intents: readonly Intent[]): Effect[] {
  return history
    .filter(({ block, lastUpdate }) => lastUpdate === block)
    .map(({ block, epoch, row }) => ({ block, epoch, intent: intents.find(({ vector }) => sameWeights(row, vector, () => false)) }))
}

function commitEffects(history: readonly BlockRecord[], intents: readonly Intent[]): Effect[] {
  const byCommit = new Map(intents.map(intent => [intent.commit, intent]))
  const found = new Map<string, Effect>()
  for (const { commits } of history)
    for (const { commit, block, epoch } of commits) found.set(`${commit}/${block}`, { block, epoch, intent: byCommit.get(commit) })
  return [...found.values()]
}

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
  return groups
}

function unrevealedOf({ commits, epoch, revealPeriod }: BlockRecord): number {
  return commits.filter(commit => commit.epoch + revealPeriod >= epoch).length
}

function describeTwo(epoch: number, taken: readonly Effect[]): string {
  const each = taken.map(({ block, intent }) => `${intent === undefined ? 'unknown' : `intent ${intent.id}`} in block ${block}`)
  return `the tempo of epoch ${epoch} has ${taken.length} submissions: ${each.join(', ')}`
}
