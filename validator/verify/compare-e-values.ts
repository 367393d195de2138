/** Decades (powers of ten) by which the e-values of two honest reference runs may differ. */
const fixedDecades = 0.5
/** And for each decade that both of them speak against the miner: rounding adds up over the tokens as the evidence does. */
const decadesEach = 0.25

/** How far two e-values are apart, and how far they may be; both in decades. */
export interface EValueDistance {
  readonly apart: number
  readonly tolerance: number
}

/**
 * |log10 a - log10 b| beside its tolerance 0.5 + 0.25 max(0, min(log10 a, log10 b)). Honest answers come to e-values of about 0.1 to 0.7,
 * of which half a decade more is nothing that adds up to a conviction. Apart by Infinity where only one of them is 0.
 */
export function compareEValues(a: number, b: number): EValueDistance {
  const [first, second] = [Math.log10(a), Math.log10(b)]
  return {
    apart: a === b ? 0 : Math.abs(first - second),
    tolerance: fixedDecades + decadesEach * Math.max(0, Math.min(first, second)),
  }
}

/** An e-value that speaks against a miner, beyond what the rounding of a reference run explains. */
export function speaksAgainst(eValue: number): boolean {
  return Math.log10(eValue) > fixedDecades
}
