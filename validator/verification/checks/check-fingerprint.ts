import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { inconclusive, pass } from './finding.ts'

/** Mean over the rows of min(distance, 1), 1 being a row that has nothing to do with the reference's; null where nothing was opened, or where the reference's rows hold no numbers. */
export function fingerprintDistance(distances: ArrayLike<number> | undefined): number | null {
  let sum = 0
  let count = 0
  for (const distance of Array.from(distances ?? [])) {
    if (Number.isNaN(distance)) continue
    sum += Math.min(distance, 1)
    count += 1
  }
  return count === 0 ? null : sum / count
}

/** The rows behind the answer are the model's: their projections are as near to the reference's as honest machines come. A record, and a number for the evidence; no conviction by itself. */
export function checkFingerprint({ statistics, terms }: ScoredAnswer): Finding {
  const distance = fingerprintDistance(statistics.fingerprint)
  const bound = terms.proofBounds?.fingerprint
  return distance === null || bound === undefined || distance <= bound ? pass : inconclusive('VERIFY_FINGERPRINT', { distance, bound })
}
