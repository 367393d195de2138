import { unpackFloats } from '../../../shared/protocol/pack-numbers.ts'
import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Rounding may put the logarithm of a probability of one this much above zero. */
const slack = 1e-6

/** As many log-probabilities as tokens, each finite and at most zero; their digest is the signed one by now. */
export function checkLogProbs({ arrival, tokenIds }: Answer): Finding {
  let values: number[]
  try {
    values = unpackFloats(arrival.logProbs)
  } catch {
    return fail('VERIFY_LOGPROBS', { problem: 'no whole number of f32 values' })
  }
  if (values.length !== tokenIds.length)
    return fail('VERIFY_LOGPROBS', { problem: `${values.length} values for ${tokenIds.length} tokens` })
  const bad = values.findIndex(value => !(Number.isFinite(value) && value <= slack))
  return bad < 0 ? pass : fail('VERIFY_LOGPROBS', { problem: `${values[bad]} at ${bad}` })
}
