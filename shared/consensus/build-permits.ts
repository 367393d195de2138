/** Permits for the next epoch: the `maxValidators` largest stakes above 0, of equal ones the higher uid; the owner always has one. */
export function buildPermits(stake: readonly number[], maxValidators: number, ownerUid: number | null): boolean[] {
  const permits = stake.map(share => share !== 0)
  // The sort is stable, so of equal stakes the lower uid is cleared first.
  const ascending = stake.map((_, uid) => uid).sort((a, b) => stake[a]! - stake[b]!)
  for (const uid of ascending.slice(0, Math.max(0, stake.length - maxValidators))) permits[uid] = false
  return withOwner(permits, ownerUid)
}

/** Permits with the owner's forced. */
export function withOwner(permits: readonly boolean[], ownerUid: number | null): boolean[] {
  return permits.map((permit, uid) => permit || uid === ownerUid)
}
