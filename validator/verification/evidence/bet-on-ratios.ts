/** Stakes that are tried at once: what to stake best depends on how often a cheat shows, which nobody knows beforehand. */
const stakes = [0.9, 0.5, 0.2, 0.05, 0.01, 0.002] as const

/** No answer weighs more than this, and none needs to: a conviction asks for about a millionth of it. */
export const largestEValue = 1e12

/** Inside an answer a product may rise far above the cap before the tokens that follow take from it again. */
const largestProduct = 1e200

/**
 * An e-value from ratios r_1, r_2, ... >= 0, each at most 1 in the mean given those before it where the miner is honest: the mean over
 * stakes s of prod_t (1 + s (r_t - 1)), at most 1e12. Every factor is positive, since no stake reaches 1, and at most 1 in the mean, so the
 * product is too (a bet that loses nothing in the mean wins nothing in the mean), and so is the mean of the products. 1 for no ratios.
 * Only additions and multiplications in a fixed order: every machine gets the same bits.
 */
export function betOnRatios(ratios: ArrayLike<number>): number {
  let sum = 0
  for (const stake of stakes) {
    let product = 1
    for (let index = 0; index < ratios.length; index++) {
      const ratio = ratios[index] ?? Number.NaN
      if (!(ratio >= 0)) throw new RangeError(`${ratio} at ${index} is no ratio`)
      product = Math.min(largestProduct, product * (1 + stake * (ratio - 1)))
    }
    sum += product
  }
  return Math.min(largestEValue, sum / stakes.length)
}
