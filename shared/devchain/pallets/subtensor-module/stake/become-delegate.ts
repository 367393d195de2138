import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** A hotkey to which somebody else stakes becomes a delegate, with the chain's usual take. */
export function becomeDelegate(ctx: Context, coldkey: string, hotkey: string): void {
  if (ctx.get(storage.Owner, hotkey) !== coldkey && !ctx.has(storage.Delegates, hotkey))
    ctx.set(storage.Delegates, hotkey, ctx.defaultOf(storage.Delegates))
}
