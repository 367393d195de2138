const half = 1n << 31n

export interface CoinbaseSplit {
  readonly owner: bigint
  readonly server: bigint
  readonly validator: bigint
  readonly root: bigint
}

export interface CoinbaseSplitParameters {
  /** Rao of alpha that the block emits to the subnet. */
  readonly alphaOut: bigint
  /** u16, share of 65535; 0 where the owner's cut is disabled. Default 11796 (18 %). */
  readonly ownerCut?: number
  /** Root's share of stake weight as bits of 32 fraction bits. Default 0. */
  readonly rootProportionQ32?: bigint
}

/**
 * Splits one block's alpha as the coinbase does, in U96F32: the owner's cut off the top, half of the rest to servers, the other half to
 * validators less root's share of it; each part is floored to rao on its own, so dust stays unassigned. Defaults give 18/41/41.
 */
export function splitCoinbase({ alphaOut, ownerCut = 11_796, rootProportionQ32 = 0n }: CoinbaseSplitParameters): CoinbaseSplit {
  const cutQ32 = (BigInt(ownerCut) << 32n) / 65535n
  const owner = alphaOut * cutQ32
  const rest = (alphaOut << 32n) - owner
  const server = (rest * half) >> 32n
  const root = (((rootProportionQ32 * rest) >> 32n) * half) >> 32n
  const validators = rest - server
  const validator = validators > root ? validators - root : 0n
  return { owner: owner >> 32n, server: server >> 32n, validator: validator >> 32n, root: root >> 32n }
}
