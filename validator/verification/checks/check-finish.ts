import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { answerLimit } from './check-tokens.ts'
import { fail, pass } from './finding.ts'

/** `stop` means that the last token ends the sequence, `length` that no token more was allowed. */
export function checkFinish(answer: Answer): Finding {
  const { tokenIds, model } = answer
  const reason = answer.arrival.receipt.finishReason
  const last = tokenIds.at(-1)
  if (reason === 'stop')
    return last !== undefined && model.eosIds.has(last) ? pass : fail('VERIFY_FINISH', { reason, problem: `the last id is ${last}` })
  const limit = answerLimit(answer)
  return tokenIds.length === limit ? pass : fail('VERIFY_FINISH', { reason, problem: `${tokenIds.length} of ${limit} tokens` })
}
