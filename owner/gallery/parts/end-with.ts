import type { Generation } from '../../../shared/engine/engine-port.ts'

/** What a cheat states for a token that it did not choose by the model: unlikely, but no reason to look twice. */
export const claimedLogProb = -3

/** The answer with an end-of-sequence token in the place of its last one, from the same hidden row. */
export function endWith(answer: Generation, end: number): Generation {
  return {
    ...answer,
    tokenIds: [...answer.tokenIds.slice(0, -1), end],
    logProbs: Float32Array.of(...answer.logProbs.subarray(0, -1), claimedLogProb),
    finishReason: 'stop',
  }
}
