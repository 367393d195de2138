/** An audited answer above temperature 0 that is legal for one hotkey alone. */
export interface ComparedAnswer {
  readonly requestId: string
  readonly minerKey: string
  /** Of its token ids. */
  readonly digest: string
  /** Sum of -ln p of its tokens in the distribution that they were drawn from, by the reference. */
  readonly surprisal: number
}

/** Answers to different requests that hold the same tokens, where chance does not bring that about. */
export interface Duplicate {
  readonly digest: string
  /** Of the likeliest of them. */
  readonly surprisal: number
  readonly answers: readonly Pick<ComparedAnswer, 'requestId' | 'minerKey'>[]
}

export interface DuplicateTerms {
  /** Probability of any alarm where all miners are honest. */
  readonly alpha: number
  /** Answers that were ever compared with, at least as many as `earlier` holds. */
  readonly compared: number
}

/** Nats below which an answer can raise no alarm at any alpha in use: not worth remembering. */
export const leastSurprisal = 10
const shownAnswers = 16

/**
 * Looks for answers of a round that repeat each other, or an earlier one, token for token. Two independent draws agree with probability
 * exp(-surprisal) at most, so that over all pairs an honest round raises an alarm with probability alpha at most: the threshold is
 * ln(pairs / alpha) for the likelier of the two; short or low-entropy answers, which agree honestly, never reach it. An alarm for people and no proof: it convicts nobody.
 */
export function findDuplicates(
  answers: readonly ComparedAnswer[],
  earlier: readonly ComparedAnswer[],
  { alpha, compared }: DuplicateTerms,
): Duplicate[] {
  const pairs = (answers.length * (answers.length - 1)) / 2 + answers.length * Math.max(compared, earlier.length)
  if (pairs === 0) return []
  const threshold = Math.log(pairs / alpha)
  const current = new Set(answers.map(({ requestId }) => requestId))
  const byDigest = new Map<string, ComparedAnswer[]>()
  for (const answer of [...answers, ...earlier.filter(({ requestId }) => !current.has(requestId))]) {
    if (answer.surprisal < threshold) continue
    const same = byDigest.get(answer.digest)
    if (same === undefined) byDigest.set(answer.digest, [answer])
    else same.push(answer)
  }
  return [...byDigest.values()]
    .filter(same => same.length > 1 && same.some(({ requestId }) => current.has(requestId)))
    .map(same => ({
      digest: same[0]?.digest ?? '',
      surprisal: Math.min(...same.map(({ surprisal }) => surprisal)),
      answers: same.slice(0, shownAnswers).map(({ requestId, minerKey }) => ({ requestId, minerKey })),
    }))
    .sort((a, b) => b.surprisal - a.surprisal)
}
