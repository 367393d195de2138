const maxSupplyRao = 21_000_000_000_000_000n
const defaultEmissionRao = 1_000_000_000n
const one = 1n << 32n

/**
 * Rao that one block mints at an issuance (TAO, and alpha of each subnet, follow the same curve):
 * 1e9 >> floor(log2(1 / (1 - issuance / 21e15))), in I96F32 as the chain computes it; 0 once the supply is out.
 */
export function blockEmission(issuanceRao: bigint): bigint {
  if (issuanceRao >= maxSupplyRao) return 0n
  const left = one - (issuanceRao << 32n) / maxSupplyRao
  const inverse = (one << 32n) / left
  const halvings = inverse.toString(2).length - 1 - 32
  return defaultEmissionRao >> BigInt(halvings)
}
