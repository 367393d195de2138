import { findStop } from '../../../shared/models/find-stop.ts'
import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { answerLimit } from './check-tokens.ts'
import { fail, pass } from './finding.ts'

/** `stop` means that the last token ends the sequence or completes a stop string, `length` that it does neither and that no token more was allowed. */
export function checkFinish(answer: Answer): Finding {
  const { tokenIds, model } = answer
  const { finishReason: reason, sampling } = answer.arrival.receipt
  const last = tokenIds.at(-1)
  const stopped = findStop(model, tokenIds, sampling.stop ?? []) !== null
  if (reason === 'stop') {
    if (stopped || (last !== undefined && model.eosIds.has(last))) return pass
    return fail('VERIFY_FINISH', { reason, problem: `the last id is ${last}` })
  }
  if (stopped) return fail('VERIFY_FINISH', { reason, problem: 'a stop string is complete' })
  const limit = answerLimit(answer)
  return tokenIds.length === limit ? pass : fail('VERIFY_FINISH', { reason, problem: `${tokenIds.length} of ${limit} tokens` })
}
