/**
 * Stake weights (rao) as shares of their sum, in bits of 32 fraction bits; stake under the threshold counts as 0, except the owner's.
 * The chain divides in I64F64 and truncates to I32F32, which is one truncation of stake * 2^32 / sum.
 */
export function normaliseStake(stakeWeights: readonly bigint[], stakeThreshold: bigint, ownerUid: number | null): number[] {
  const filtered = stakeWeights.map((stake, uid) => (uid !== ownerUid && stake < stakeThreshold ? 0n : stake))
  const total = filtered.reduce((a, b) => a + b, 0n)
  return filtered.map(stake => (total === 0n ? 0 : Number((stake << 32n) / total)))
}
