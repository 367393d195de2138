import type { Context } from '../../../context.ts'
import type { Origin } from '../../../origin.ts'
import type { InvalidTransaction } from '../../../transaction-validity.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { refuseInPool } from './refuse-in-pool.ts'

/**
 * An account that announced a swap of its coldkey can do nothing until the swap is done, and none at all while it is disputed. The calls
 * that announce, do and dispute swaps do not exist on this chain: only its storage knows of one.
 */
export function checkColdkeySwap(ctx: Context, origin: Origin): InvalidTransaction | null {
  if (origin.kind !== 'signed' || !ctx.has(storage.ColdkeySwapAnnouncements, origin.who)) return null
  const disputed = ctx.has(storage.ColdkeySwapDisputes, origin.who)
  return refuseInPool(disputed ? errors.ColdkeySwapDisputed : errors.ColdkeySwapAnnounced)
}
