import type { EpochInput } from './epoch-input.ts'
import { mul, one } from './fixed.ts'
import { type FixedRow, fixedRow, positiveEntries } from './fixed-row.ts'

/** Stored bonds (u16 integers) without those towards neurons that registered since the last epoch. */
export function readBonds({ bonds, block, tempo, lastStep, blockAtRegistration }: EpochInput): FixedRow[] {
  const lastTempo = lastStep === 0 ? Math.max(0, block - tempo) : lastStep + 1
  return bonds.map(row => fixedRow(row, uid => lastTempo > (blockAtRegistration[uid] ?? Number.POSITIVE_INFINITY)))
}

/** The share of the new in the moving average, 1 - bondsMovingAverage / 1e6 (900000 gives 0.1), in bits of I32F32. */
export function bondsAlpha(bondsMovingAverage: number): number {
  return one - Number((BigInt(bondsMovingAverage) << 32n) / 1_000_000n)
}

/** The moving average of each row, alpha * next + (1 - alpha) * previous; rows come out by ascending uid, positive entries only. */
export function averageBonds(next: readonly FixedRow[], previous: readonly FixedRow[], alpha: number): FixedRow[] {
  return next.map((row, i) => {
    const dense = new Array<number>(next.length).fill(0)
    addScaled(dense, row, alpha)
    addScaled(dense, previous[i]!, one - alpha)
    return positiveEntries(dense)
  })
}

function addScaled(dense: number[], { uids, values }: FixedRow, factor: number): void {
  for (let k = 0; k < uids.length; k++) dense[uids[k]!]! += mul(factor, values[k]!)
}
