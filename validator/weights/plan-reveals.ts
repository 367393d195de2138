import type { Intent } from './intent.ts'
import { type EpochSchedule, epochOfNextBlock, nextEpochBlock } from './next-epoch-block.ts'

/**
 * The hash commits to reveal in the next block: the chain takes a reveal in one epoch alone, the commit's own plus the reveal period.
 * Of several commits of one epoch the newest, whose reveal drops the others. A reveal that failed is tried again after 1, 2, 4, ...
 * blocks, yet never later than half of what is left of the epoch.
 */
export function planReveals(
  intents: readonly Intent[],
  schedule: EpochSchedule & { readonly revealPeriodEpochs: number },
): readonly Intent[] {
  const next = schedule.block + 1
  const end = nextEpochBlock(schedule)
  const wanted = epochOfNextBlock(schedule) - schedule.revealPeriodEpochs
  const newest = intents.findLast(({ form, status, epoch }) => form === 'hash' && status === 'finalised' && epoch === wanted)
  if (newest === undefined || end === null) return []
  const { reveals, revealBlock } = newest
  if (reveals === 0 || revealBlock === null) return [newest]
  const left = Math.max(1, Math.floor(((end === next ? end + schedule.tempo : end) - 2 - revealBlock) / 2))
  return next >= revealBlock + 1 + Math.min(2 ** (reveals - 1), left) ? [newest] : []
}
