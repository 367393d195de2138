import { unpackFloats } from '../../shared/protocol/pack-numbers.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { fingerprintDistance } from '../verification/checks/check-fingerprint.ts'
import { logProbDrift } from '../verification/checks/check-log-prob-drift.ts'
import { topLocMeans } from '../verification/checks/check-toploc.ts'
import type { JudgeInput } from '../verification/judge.ts'
import type { BundleLine } from './bundle-report.ts'

export type Figures = Pick<BundleLine, 'value' | 'threshold'>

/** What a check of rows, TOPLOC proofs or log-probabilities measured; null where it is none of these. A value of null is nothing to measure. */
export function proofFiguresOf(check: string, { exchange: { arrival }, statistics, terms }: JudgeInput): Figures | null {
  const bounds = terms.proofBounds
  if (check === 'Fingerprint') return { value: fingerprintDistance(statistics?.fingerprint), threshold: bounds?.fingerprint ?? null }
  if (check === 'TopLocDistance')
    return {
      value: topLocMeans(statistics?.topLoc)?.exponentMismatches ?? null,
      threshold: bounds?.toploc?.exponentMismatches ?? null,
    }
  if (check !== 'LogProbDrift') return null
  const value = arrival.kind === 'answer' && statistics !== null ? logProbDrift(unpackFloats(arrival.logProbs), statistics.logProbs) : null
  return { value, threshold: bounds?.logProbDrift ?? null }
}

/** What the subnet file has opened, and was not there to be checked. */
export function listAbsentProofs(
  { exchange: { arrival }, opened = null, audited }: Omit<JudgeInput, 'statistics'>,
  { proof }: SubnetFile,
): BundleLine[] {
  const absent = (check: string, note: string): BundleLine => ({
    ...{ check, against: 'validator', value: null, threshold: null, finding: 'absent', note },
  })
  if (arrival.kind !== 'answer' || !audited || proof === undefined) return []
  if (arrival.receipt.hiddenRoot === null) return [absent('Opening', 'a commitment to hidden rows in the receipt')]
  if (opened === null) return [absent('Opening', 'an opening of the receipt')]
  if (opened.arrival.kind === 'none' && opened.arrival.ours)
    return [absent('Opening', `the opening, which the validator lost (${opened.arrival.detail})`)]
  return []
}
