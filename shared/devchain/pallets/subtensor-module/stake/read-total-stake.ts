import { floorQ64, mulQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { readPriceQ64 } from '../../swap/read-pool.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'

/** What all alpha on a hotkey is worth in rao of TAO, at each subnet's price now. */
export function readTotalStake(ctx: Context, hotkey: string): bigint {
  const worth = (netuid: number) => mulQ64(toQ64(ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid)), readPriceQ64(ctx, netuid))
  return floorQ64(listSubnets(ctx).reduce((sum, netuid) => sum + worth(netuid), 0n))
}
