import type { AnswerSample } from './answer-sample.ts'

/** The mean over all that is read of all answers; 0 where that is nothing. */
export function meanOf(samples: readonly AnswerSample[], read: (sample: AnswerSample) => Float32Array): number {
  let sum = 0
  let count = 0
  for (const sample of samples)
    for (const value of read(sample)) {
      sum += value
      count += 1
    }
  return count === 0 ? 0 : sum / count
}
