import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** -ln 1e-12. */
export const impossibleNats = 12 * Math.LN10
/** Keeps evidence finite for tokens of probability zero. */
const mostNats = 1e6

/**
 * No token is one that the model chooses with probability below 1e-12 while the noise of its place favoured another by the clip or more.
 * Honest error rate: all such tokens of a vocabulary of V together are drawn with at most V x 1e-12 per token, and the margin adds that the
 * miner's logits would have to differ from the reference's by the clip in that very place: under 1e-9 per answer of the tiny model even
 * if every drawn one were a difference. The margin alone must not convict (top-k masks flip at their edge), nor the rarity alone (a
 * token may be drawn that rare: then its margin is zero).
 */
export function checkImpossibleToken({ statistics, terms, exchange, tokenIds }: ScoredAnswer): Finding {
  const { margins, logProbs, surprisals } = statistics
  const temperature = exchange.ask.temperature
  for (let position = 0; position < logProbs.length; position++) {
    const margin = margins[position] ?? 0
    const surprisal = surprisals[position] ?? 0
    // Greedy and masked tokens have no finite surprisal, and a near tie is honest there: the whole distribution says how rare they are.
    const plain = -(logProbs[position] ?? 0) / Math.max(1, temperature)
    const nats = Math.min(mostNats, temperature === 0 || !Number.isFinite(surprisal) ? plain : surprisal)
    if (nats > impossibleNats && margin >= terms.marginClip)
      return fail('VERIFY_IMPOSSIBLE_TOKEN', { position, nats, token: tokenIds[position] ?? null })
  }
  return pass
}
