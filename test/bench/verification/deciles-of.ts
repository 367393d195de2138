import type { AnswerBounds } from '../../../validator/verification/evidence/answer-e-value.ts'
import type { AnswerSample } from './answer-sample.ts'
import { type EvidenceOf, eValueOf } from './e-value-of.ts'
import type { Deciles } from './report.ts'

/** What whole answers prove: each tenth of the sorted e-values, told by its middle. */
export function decilesOf(samples: readonly AnswerSample[], bounds: AnswerBounds): Deciles {
  const of = (kind: EvidenceOf) => {
    const sorted = samples.map(sample => eValueOf(sample, sample.margins.length, kind, bounds)).sort((a, b) => a - b)
    return Array.from({ length: 10 }, (_, tenth) => sorted[Math.floor(((tenth + 0.5) / 10) * sorted.length)] ?? 1)
  }
  return { tokens: of('tokens'), proofs: of('proofs') }
}
