const one = 1n << 32n
const half = 1n << 31n

/** Product of a whole amount and a factor with 32 fraction bits, rounded down. */
export function scaleByQ32(value: bigint, factor: bigint): bigint {
  return (value * factor) >> 32n
}

function powerQ32(base: bigint, exponent: number): bigint {
  let [result, factor] = [one, base]
  for (let power = exponent; power > 0; power >>= 1) {
    if (power & 1) result = scaleByQ32(result, factor)
    factor = scaleByQ32(factor, factor)
  }
  return result
}

const factors = new Map<number, bigint>([[0, one]])

/**
 * The per-block factor (32 fraction bits) whose power over `halfLifeBlocks` is one half: the largest that does not exceed it.
 * It is found by bisection, as the chain does, so that every digit of the price agrees; the few half-lives in use are kept.
 */
export function decayFactorQ32(halfLifeBlocks: number): bigint {
  const known = factors.get(halfLifeBlocks)
  if (known !== undefined) return known
  let [low, high] = [0n, one]
  while (low + 1n < high) {
    const middle = low + ((high - low) >> 1n)
    if (powerQ32(middle, halfLifeBlocks) > half) high = middle
    else low = middle
  }
  if (factors.size < 64) factors.set(halfLifeBlocks, low)
  return low
}

/** The price held between its bounds; where they cross, the upper one wins. */
export function clampPrice(price: bigint, least: bigint, most: bigint): bigint {
  const raised = price < least ? least : price
  return raised > most ? most : raised
}
