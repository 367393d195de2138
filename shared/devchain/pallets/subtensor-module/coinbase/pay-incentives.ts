import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'

/**
 * Stakes each miner's incentive to it, under its coldkey. What falls on the owner's own hotkeys is withheld, burned or recycled as the
 * subnet says, and the withheld part of the whole is remembered: it cuts the subnet's share of TAO.
 */
export function payIncentives(ctx: Context, netuid: number, hotkeys: readonly string[], incentives: readonly bigint[]): void {
  const ownersOwn = listOwnersHotkeys(ctx, netuid)
  let [total, withheld] = [0n, 0n]
  for (const [uid, hotkey] of hotkeys.entries()) {
    const incentive = incentives[uid] ?? 0n
    total += incentive
    if (ownersOwn.has(hotkey)) {
      withheld += incentive
      continue
    }
    const coldkey = ctx.get(storage.Owner, hotkey)
    const destination = ctx.get(storage.AutoStakeDestination, coldkey, netuid)
    if (destination !== undefined) ctx.deposit(events.AutoStakeAdded, { netuid, destination, hotkey, owner: coldkey, incentive })
    increaseStake(ctx, destination ?? hotkey, coldkey, netuid, incentive)
  }
  ctx.set(storage.MinerBurned, netuid, total === 0n ? 0n : (withheld << 32n) / total)
  if (withheld > 0n && ctx.get(storage.RecycleOrBurn, netuid) === 'Recycle') {
    ctx.set(storage.SubnetAlphaOut, netuid, ctx.get(storage.SubnetAlphaOut, netuid) - withheld)
  }
}

/** The owner's hotkey on a subnet and every other hotkey of the same coldkey. */
function listOwnersHotkeys(ctx: Context, netuid: number): Set<string> {
  const own = new Set(ctx.get(storage.OwnedHotkeys, ctx.get(storage.SubnetOwner, netuid)))
  if (ctx.has(storage.SubnetOwnerHotkey, netuid)) own.add(ctx.get(storage.SubnetOwnerHotkey, netuid))
  return own
}
