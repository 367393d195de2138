import { betOnRatios } from './bet-on-ratios.ts'

/** How far an honest answer's margins may be from zero. */
export interface MarginBounds {
  /** Bound m on the mean of an honest token's clipped margin, as a share of the clip, whatever tokens came before it. */
  readonly marginBound: number
  readonly marginClip: number
  /** Taken off every margin first; for greedy answers, where an honest near tie repeats itself. Nothing unless told. */
  readonly marginSlack?: number
}

/** Mean over the tokens of min(margin, clip) / clip: 0 where every token is the legal one, 1 where none is near it; for people. */
export function meanClippedMargin(margins: ArrayLike<number>, clip: number): number {
  if (margins.length === 0) throw new RangeError('an answer without tokens has no mean margin')
  let sum = 0
  for (let index = 0; index < margins.length; index++) sum += Math.min(margins[index] ?? clip, clip) / clip
  return sum / margins.length
}

/**
 * The e-value of an answer's margins [tokens], token after token: bets on x_t / m with x_t = min(margin_t, clip) / clip. An e-value while
 * E[x_t | tokens before t] <= m for honest miners. That follows from the noise: it is drawn afresh at every position by a key that
 * the miner cannot choose, so whatever stands before, an honest miner's rounding turns a token only where the two best values come to
 * lie closer than the rounding, which is rare, and then the margin is no more than the rounding. Greedy answers have no fresh noise: there
 * the slack must be above all honest rounding, and x_t is 0.
 */
export function marginEValue(margins: ArrayLike<number>, { marginBound, marginClip, marginSlack = 0 }: MarginBounds): number {
  return betOnRatios(
    Float64Array.from(margins, margin => Math.min(Math.max(0, margin - marginSlack), marginClip) / marginClip / marginBound),
  )
}
