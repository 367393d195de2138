import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { isExpired } from './commit-epochs.ts'

/**
 * Per uid the block of its oldest commit that can still be revealed, null where it has none; null altogether while commit-reveal is off.
 * The epoch ignores a validator's weights towards neurons that registered after that block: they were meant for whoever had the uid.
 */
export function readCommitBlocks(ctx: Context, netuid: number, mecid = 0): (number | null)[] | null {
  if (!ctx.get(storage.CommitRevealWeightsEnabled, netuid)) return null
  const index = storageIndex(netuid, mecid)
  const blocks: (number | null)[] = Array.from({ length: ctx.get(storage.SubnetworkN, netuid) }, () => null)
  const note = (hotkey: string, block: bigint) => {
    const uid = ctx.get(storage.Uids, netuid, hotkey)
    if (uid === undefined || uid >= blocks.length) return
    blocks[uid] = Math.min(blocks[uid] ?? Number.POSITIVE_INFINITY, Number(block))
  }
  for (const [[, hotkey], queue] of ctx.entries(storage.WeightCommits, index)) {
    const oldest = queue.find(([, epoch]) => !isExpired(ctx, netuid, epoch))
    if (oldest !== undefined) note(hotkey, oldest[2])
  }
  for (const [[, epoch], queue] of ctx.entries(storage.TimelockedWeightCommits, index)) {
    if (isExpired(ctx, netuid, epoch)) continue
    for (const [hotkey, block] of queue) note(hotkey, block)
  }
  return blocks
}
