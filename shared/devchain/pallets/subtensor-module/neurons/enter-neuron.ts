import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Writes who sits at a uid and since when. */
export function enterNeuron(ctx: Context, netuid: number, uid: number, hotkey: string): void {
  ctx.set(storage.Keys, netuid, uid, hotkey)
  ctx.set(storage.Uids, netuid, hotkey, uid)
  ctx.set(storage.BlockAtRegistration, netuid, uid, BigInt(ctx.block))
  ctx.set(storage.IsNetworkMember, hotkey, netuid, true)
}
