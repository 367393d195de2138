import { unpackTokenIds } from '../../../shared/protocol/pack-numbers.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The signed token ids are in canonical form, within the vocabulary, and from one to as many as were asked for. */
export function checkTokens(received: ReceivedAnswer): Finding {
  const { tokenIds } = received.arrival.receipt
  // Length first: nothing large is unpacked that cannot be an answer.
  const most = answerLimit(received)
  if (tokenIds.length > Math.ceil((most * 4) / 3) * 4) return fail('VERIFY_TOKENS', { problem: `more than ${most} ids` })
  let ids: number[]
  try {
    ids = unpackTokenIds(tokenIds)
  } catch {
    return fail('VERIFY_TOKENS', { problem: 'no canonical base64 of u32 numbers' })
  }
  if (ids.length < 1 || ids.length > most) return fail('VERIFY_TOKENS', { problem: `${ids.length} ids, expected 1 to ${most}` })
  const stranger = ids.findIndex(id => id >= received.model.vocabSize)
  if (stranger >= 0)
    return fail('VERIFY_TOKENS', { problem: `id ${ids[stranger]} at ${stranger}, the vocabulary has ${received.model.vocabSize}` })
  return pass
}

/** Most tokens that an answer may have: what was asked for, and what the context leaves beside the prompt. */
export function answerLimit({ exchange, model }: ReceivedAnswer): number {
  return Math.max(1, Math.min(exchange.ask.max_tokens, model.contextLength - exchange.promptIds.length))
}
