import type { Context } from '../../context.ts'
import { commitmentsStorage } from './tables.ts'

/** Remembers that an account has timelocked fields on a subnet. */
export function listTimelocked(ctx: Context, netuid: number, who: string): void {
  const others = without(ctx, netuid, who)
  const listed = [...others, [netuid, who] as const].sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a - b))
  ctx.set(commitmentsStorage.TimelockedIndex, listed)
}

/** Forgets it. */
export function unlistTimelocked(ctx: Context, netuid: number, who: string): void {
  const others = without(ctx, netuid, who)
  if (others.length < ctx.get(commitmentsStorage.TimelockedIndex).length) ctx.set(commitmentsStorage.TimelockedIndex, others)
}

function without(ctx: Context, netuid: number, who: string): (readonly [number, string])[] {
  return ctx.get(commitmentsStorage.TimelockedIndex).filter(([other, account]) => other !== netuid || account !== who)
}
