import { seededRandom } from '../support/seeded-random.ts'

export const neuronCount = 24
/** uid 0 is the owner, who has no stake: newer runtimes force a permit on it, older ones do not. */
export const validatorUids = [1, 2, 3, 4] as const

/** What one epoch gets: the validators' vectors as they send them, and what is pinned before it. Lists are indexed by uid. */
export interface DrawnEpoch {
  readonly weights: ReadonlyArray<{ readonly uid: number; readonly uids: readonly number[]; readonly values: readonly number[] }>
  readonly stakeRao: readonly bigint[]
  readonly lastUpdate: readonly number[]
  readonly registeredAt: readonly number[]
}

const uids = Array.from({ length: neuronCount }, (_, uid) => uid)
const miners = uids.filter(uid => uid > validatorUids.length)
// Heights far beyond any that the chains reach, so that the rules decide the same on both, and one long past.
const [longPast, beforeReturn, registeredAgain, recent] = [1, 1_500_000, 2_000_000, 3_000_000]
const idleEpoch = 3
const returnEpoch = 5

/**
 * Draws epochs in which everything moves: stake, which miners a validator names and how much it gives them, explicit zeros. In one
 * epoch a validator was idle for too long, in one a miner's uid has just changed hands, and one validator has not seen it yet.
 */
export function drawEpochs(seed: number, count: number): DrawnEpoch[] {
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return Array.from({ length: count }, (_, epoch) => ({
    weights: validatorUids.map(uid => {
      const named = miners.filter(() => random() < 0.7)
      return { uid, uids: named, values: named.map(() => (random() < 0.1 ? 0 : 1 + below(65_535))) }
    }),
    stakeRao: uids.map(uid => {
      if (uid === 0) return 0n
      return isValidator(uid) ? 1_000_000_000_000n + BigInt(below(1e9)) * 9_000n : BigInt(1 + below(1e6))
    }),
    lastUpdate: uids.map(uid => {
      if (epoch === idleEpoch && uid === 2) return longPast
      return epoch === returnEpoch && uid === 3 ? beforeReturn : recent
    }),
    registeredAt: uids.map(uid => (epoch === returnEpoch && uid === 7 ? registeredAgain : 0)),
  }))
}

function isValidator(uid: number): boolean {
  return uid > 0 && uid <= validatorUids.length
}
