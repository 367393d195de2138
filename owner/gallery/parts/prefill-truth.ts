import type { Engine, GenerateRequest, Generation } from '../../../shared/engine/engine-port.ts'
import { toHiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'

/** A token that the true model would mask out still needs a log-probability that is a number. */
const floor = -60

/** The same tokens with the log-probabilities and hidden rows that the true model gives them: one prefill, far cheaper than a decode. */
export async function prefillTruth(truth: Engine, request: GenerateRequest, answer: Generation, signal: AbortSignal): Promise<Generation> {
  const { logProbs, hidden } = await truth.score({ ...request, tokenIds: answer.tokenIds }, signal)
  return {
    tokenIds: answer.tokenIds,
    logProbs: Float32Array.from(logProbs, value => (value > floor ? value : floor)),
    finishReason: answer.finishReason,
    ...(hidden && truth.hiddenSize !== undefined && { hidden: toHiddenRows(hidden, truth.hiddenSize) }),
    ...(answer.top && { top: answer.top }),
  }
}
