export interface WeightLimits {
  /** Largest share of the whole that one uid may have, as a u16 fraction (65535 is all of it). */
  readonly maxWeightsLimit: number
  /** Fewest uids that the chain takes in one vector. */
  readonly minAllowedWeights: number
  /** Whether every zero is sent: under liquid alpha a bond decays along an explicit zero, and is lost at once where the uid is missing. */
  readonly keepZeros?: boolean
}

/** Weights as the chain takes them: u16, one for each uid. */
export interface WeightVector {
  readonly uids: readonly number[]
  readonly values: readonly number[]
}

const full = 65_535

/**
 * The u16 weights of scores by uid: proportional, the largest at 65535, each uid's share of the sum within the cap; what a capped uid
 * cannot take goes to the others in proportion, and where too few earn for the cap to hold, all who earn are equal. Zeros are left
 * out unless they are to be kept, save as many as the chain's minimum length needs. A score that is no number counts as zero. Null where no score
 * is above zero: the old weights then stay, and nothing is made uniform.
 */
export function scoresToWeights(
  scores: ReadonlyMap<number, number>,
  { maxWeightsLimit, minAllowedWeights, keepZeros = false }: WeightLimits,
): WeightVector | null {
  const entries = [...scores]
    .map(([uid, score]) => ({ uid, score: Number.isFinite(score) && score > 0 ? score : 0 }))
    .sort((a, b) => a.uid - b.uid)
  const top = Math.max(0, ...entries.map(({ score }) => score))
  if (top === 0) return null
  const shares = cappedShares(
    entries.map(({ score }) => score / top),
    maxWeightsLimit / full,
  )
  const largest = Math.max(...shares)
  // Rounded up: the sum is then at least the exact one, so no rounded share exceeds the cap.
  const weights = entries.map(({ uid }, index) => ({ uid, value: Math.min(full, Math.ceil(((shares[index] ?? 0) / largest) * full)) }))
  const earning = weights.filter(({ value }) => value > 0)
  const zeros = weights
    .filter(({ value }) => value === 0)
    .slice(0, keepZeros ? weights.length : Math.max(0, minAllowedWeights - earning.length))
  const vector = [...earning, ...zeros].sort((a, b) => a.uid - b.uid)
  return { uids: vector.map(({ uid }) => uid), values: vector.map(({ value }) => value) }
}

/** Shares of the sum with none above the cap: those over it are held there and the rest is spread over the others, until it holds. */
function cappedShares(values: readonly number[], cap: number): number[] {
  const earning = values.filter(value => value > 0).length
  if (earning * cap <= 1) return values.map(value => (value > 0 ? 1 / earning : 0))
  const held = new Set<number>()
  for (;;) {
    const free = values.reduce((sum, value, index) => (held.has(index) ? sum : sum + value), 0)
    const left = 1 - cap * held.size
    const shares = values.map((value, index) => (held.has(index) ? cap : free > 0 ? (value / free) * left : 0))
    const over = shares.flatMap((share, index) => (share > cap && !held.has(index) ? [index] : []))
    if (over.length === 0) return shares
    for (const index of over) held.add(index)
  }
}
