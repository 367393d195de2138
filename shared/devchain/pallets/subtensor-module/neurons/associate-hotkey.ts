import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { isSubnetAccount } from '../subnets/is-subnet-account.ts'

/** Gives a hotkey that nobody owns yet to a coldkey; one that is owned stays where it is. Throws CannotUseSystemAccount. */
export function associateHotkey(ctx: Context, coldkey: string, hotkey: string): void {
  ensure(!isSubnetAccount(hotkey), errors.CannotUseSystemAccount)
  if (ctx.has(storage.Owner, hotkey)) return
  ctx.set(storage.Owner, hotkey, coldkey)
  for (const list of [storage.OwnedHotkeys, storage.StakingHotkeys]) {
    const hotkeys = ctx.get(list, coldkey)
    if (!hotkeys.includes(hotkey)) ctx.set(list, coldkey, [...hotkeys, hotkey])
  }
}
