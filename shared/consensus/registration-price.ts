const oneQ32 = 1n << 32n
const halfQ32 = 1n << 31n
const u64Max = (1n << 64n) - 1n

export interface PriceBounds {
  readonly minBurnRao: bigint
  readonly maxBurnRao: bigint
}

/** The default increase per registration, 1.26, as bits of U64F64 (the chain converts the double, so these are its bits). */
export const defaultBurnIncreaseQ64 = BigInt(1.26 * 2 ** 64)

/** The registration price after one more block: decayed by `decayFactorQ32` of the half-life (no decay at 0), within its bounds. */
export function decayRegistrationPrice(burnRao: bigint, halfLife: number, bounds: PriceBounds): bigint {
  return clampPrice(halfLife === 0 ? burnRao : mulQ32(burnRao, decayFactorQ32(halfLife)), bounds)
}

/** The registration price after a registration: times the increase (bits of U64F64, at least 1.0), within its bounds. */
export function raiseRegistrationPrice(burnRao: bigint, increaseQ64: bigint, bounds: PriceBounds): bigint {
  const increase = increaseQ64 < 1n << 64n ? 1n << 64n : increaseQ64
  const raised = (burnRao * increase) >> 64n
  return clampPrice(raised > u64Max ? u64Max : raised, bounds)
}

/** The factor f of 32 fraction bits with f^halfLife = 1/2, by the chain's bisection: the largest f whose power does not exceed a half. */
export function decayFactorQ32(halfLife: number): bigint {
  if (halfLife === 0) return oneQ32
  let low = 0n
  let high = oneQ32
  while (low + 1n < high) {
    const middle = low + ((high - low) >> 1n)
    if (powQ32(middle, halfLife) > halfQ32) high = middle
    else low = middle
  }
  return low
}

function mulQ32(value: bigint, factorQ32: bigint): bigint {
  return (value * factorQ32) >> 32n
}

function powQ32(base: bigint, exponent: number): bigint {
  let result = oneQ32
  let factor = base
  for (let power = exponent; power > 0; power >>= 1) {
    if (power & 1) result = mulQ32(result, factor)
    factor = mulQ32(factor, factor)
  }
  return result
}

function clampPrice(priceRao: bigint, { minBurnRao, maxBurnRao }: PriceBounds): bigint {
  if (priceRao > maxBurnRao) return maxBurnRao
  return priceRao < minBurnRao ? minBurnRao : priceRao
}
