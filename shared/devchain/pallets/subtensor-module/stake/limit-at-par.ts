const par = 1_000_000_000n
const unlimited = 2n ** 64n - 1n

/** How much TAO buys alpha at no more than a price (rao per alpha): at par everything or nothing. */
export function mostToBuy(limitPrice: bigint): bigint {
  return limitPrice >= par ? unlimited : 0n
}

/** How much alpha sells at no less than a price (rao per alpha, or alpha of another subnet): at par everything or nothing. */
export function mostToSell(limitPrice: bigint): bigint {
  return limitPrice <= par ? unlimited : 0n
}
