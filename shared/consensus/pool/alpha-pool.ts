import { divQ64, mulQ64, toQ64 } from './q64.ts'

/** Weights are parts of this. */
export const wholeWeight = 10n ** 18n
/** No weight leaves the range from here to its complement. */
const leastWeight = wholeWeight / 100n

/**
 * A subnet's pool of TAO and alpha, both in rao. It holds tao^w x alpha^(1 - w) constant in a swap, w being the weight of TAO: with equal
 * weights the constant product. The weights let the chain add what it mints in any proportion without moving the price.
 */
export interface AlphaPool {
  readonly taoRao: bigint
  readonly alphaRao: bigint
  /** Weight of TAO, parts of 1e18. */
  readonly taoWeight: bigint
}

/** TAO per alpha as bits of U64F64: (1 - w) tao / (w alpha); 0 where there is no alpha. */
export function poolPriceQ64({ taoRao, alphaRao, taoWeight }: AlphaPool): bigint {
  return mulQ64(divQ64(toQ64(wholeWeight - taoWeight), toQ64(taoWeight)), divQ64(toQ64(taoRao), toQ64(alphaRao)))
}

/**
 * The weight of TAO with which a pool keeps its price when rao of both are added: w (tao + dt) alpha over that plus (1 - w) tao
 * (alpha + da). null where a weight would leave its range; half where a reserve stays empty.
 */
export function weighInjection({ taoRao, alphaRao, taoWeight }: AlphaPool, taoAdded: bigint, alphaAdded: bigint): bigint | null {
  const alphaSide = roundParts(wholeWeight - taoWeight, taoRao * (alphaRao + alphaAdded))
  const taoSide = roundParts(taoWeight, alphaRao * (taoRao + taoAdded))
  const all = alphaSide + taoSide
  const weight = all === 0n ? wholeWeight / 2n : (wholeWeight * taoSide) / all
  return weight < leastWeight || wholeWeight - weight < leastWeight ? null : weight
}

/** parts/1e18 of a value, to the nearest. */
function roundParts(parts: bigint, value: bigint): bigint {
  return (value * parts + wholeWeight / 2n) / wholeWeight
}
