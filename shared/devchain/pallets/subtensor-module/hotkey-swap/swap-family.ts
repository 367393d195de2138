import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'

type Relatives = readonly (readonly [proportion: bigint, hotkey: string])[]

/** Moves a hotkey's children and parents on a subnet to another, on both sides, and those that wait too. Throws InvalidChild. */
export function swapFamily(ctx: Context, netuid: number, old: string, next: string): void {
  const [children, parents] = [ctx.get(storage.ChildKeys, old, netuid), ctx.get(storage.ParentKeys, old, netuid)]
  ensure(
    [...children, ...parents].every(([, relative]) => relative !== next),
    errors.InvalidChild,
  )
  for (const [, child] of children) rename(ctx, storage.ParentKeys, child, netuid, old, next)
  for (const [, parent] of parents) rename(ctx, storage.ChildKeys, parent, netuid, old, next)
  for (const [entry, relatives] of [
    [storage.ChildKeys, children],
    [storage.ParentKeys, parents],
  ] as const) {
    ctx.remove(entry, old, netuid)
    if (relatives.length > 0) ctx.set(entry, next, netuid, relatives)
  }
  for (const [[, hotkey], [waiting, cooldown]] of ctx.entries(storage.PendingChildKeys, netuid)) {
    const renamed = waiting.map(([proportion, child]) => [proportion, child === old ? next : child] as const)
    if (hotkey === old) ctx.remove(storage.PendingChildKeys, netuid, old)
    if (hotkey === old || waiting.some(([, child]) => child === old))
      ctx.set(storage.PendingChildKeys, netuid, hotkey === old ? next : hotkey, [renamed, cooldown])
  }
}

function rename(ctx: Context, entry: typeof storage.ChildKeys, of: string, netuid: number, old: string, next: string): void {
  const relatives: Relatives = ctx.get(entry, of, netuid)
  ctx.set(
    entry,
    of,
    netuid,
    relatives.map(([proportion, hotkey]) => [proportion, hotkey === old ? next : hotkey] as const),
  )
}
