import { divQ64, mulQ64, oneQ64, subQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { readPriceQ64 } from '../../swap/read-pool.ts'
import { storage } from '../storage.ts'
import { readMovingPriceQ64 } from './share-emission.ts'

/**
 * Moves a subnet's average price towards its price, which counts as 1 TAO at most: by SubnetMovingAlpha x b / (b + h), b being the blocks
 * since the subnet was started and h the subnet's halving time.
 */
export function updateMovingPrice(ctx: Context, netuid: number): void {
  const first = ctx.get(storage.FirstEmissionBlockNumber, netuid) ?? 0n
  const age = BigInt(ctx.block) - (first > 0n ? first - 1n : 0n)
  const blocks = toQ64(age > 0n ? age : 0n)
  const halving = toQ64(ctx.get(storage.EMAPriceHalvingBlocks, netuid))
  const alpha = mulQ64(ctx.get(storage.SubnetMovingAlpha) << 32n, divQ64(blocks, blocks + halving))
  const price = readPriceQ64(ctx, netuid)
  const towards = mulQ64(alpha, price < oneQ64 ? price : oneQ64)
  const remembered = mulQ64(subQ64(oneQ64, alpha), readMovingPriceQ64(ctx, netuid))
  ctx.set(storage.SubnetMovingPrice, netuid, (towards + remembered) >> 32n)
}
