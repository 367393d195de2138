import { maxUpscale } from '../../shared/consensus/max-upscale.ts'
import type { WeightVector } from './scores-to-weights.ts'

/**
 * Whether the row that the chain stores is this vector as the chain scales it. Entries of uids that `isReplaced` names may be 0 or
 * gone: the chain clears them when somebody else takes the uid.
 */
export function sameWeights(
  row: ReadonlyArray<readonly [uid: number, value: number]>,
  { uids, values }: WeightVector,
  isReplaced: (uid: number) => boolean,
): boolean {
  const stored = new Map(row)
  const ours = new Set(uids)
  if (stored.size === 0 || row.some(([uid]) => !ours.has(uid))) return false
  return maxUpscale(values).every((value, index) => {
    const uid = uids[index] ?? -1
    const found = stored.get(uid)
    return found === value || ((found ?? 0) === 0 && isReplaced(uid))
  })
}
