import type { AnswerSample } from '../../../bench/verification/answer-sample.ts'

/** An honest answer of so many tokens; parts may be replaced. */
export function toySample(tokens: number, parts: Partial<AnswerSample> = {}): AnswerSample {
  const list = (value: number, length = tokens) => new Float32Array(length).fill(value)
  return {
    margins: list(0),
    surprisals: list(0.5),
    entropies: list(0.5),
    endProbabilities: list(0.01),
    drifts: list(0),
    distances: list(0.001),
    chunks: list(1, Math.ceil(tokens / 8)),
    ended: false,
    problem: null,
    ...parts,
  }
}
