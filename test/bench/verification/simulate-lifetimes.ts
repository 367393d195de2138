import { seededRandom } from '../../support/seeded-random.ts'
import { createEvidence, type EvidenceTerms } from './fast-evidence.ts'

export interface LifetimeSettings extends EvidenceTerms {
  readonly alpha: number
  readonly lifetimes: number
  /** Audited answers of one lifetime. */
  readonly answers: number
}

export interface Lifetimes {
  readonly lifetimes: number
  readonly answers: number
  /** Lifetimes whose evidence reached 1/alpha at any time. */
  readonly convictions: number
  readonly largestEvidence: number
  /** Share of lifetimes that the e-process may convict at most, whatever the order and the time of stopping. */
  readonly bound: number
}

/**
 * Honest miners' whole lives: each draws one variant and then its answers with replacement from the e-values that were really measured of
 * that variant.
 */
export function simulateLifetimes(
  variants: readonly (readonly number[])[],
  { alpha, lifetimes, answers, ...terms }: LifetimeSettings,
): Lifetimes {
  let convictions = 0
  let largest = 0
  for (let life = 0; life < lifetimes; life++) {
    const random = seededRandom(life + 1)
    const eValues = variants[Math.floor(random() * variants.length)] ?? []
    const weigh = createEvidence(terms)
    let peak = 1
    for (let answer = 0; answer < answers; answer++) peak = Math.max(peak, weigh(eValues[Math.floor(random() * eValues.length)] ?? 1))
    largest = Math.max(largest, peak)
    if (peak >= 1 / alpha) convictions += 1
  }
  return { lifetimes, answers, convictions, largestEvidence: largest, bound: alpha }
}
