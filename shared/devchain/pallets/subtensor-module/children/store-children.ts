import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import type { Child } from './check-children.ts'

/** Makes these a hotkey's children, on both sides, and says so. Where one of them has become its parent meanwhile nothing changes. */
export function storeChildren(ctx: Context, netuid: number, hotkey: string, children: readonly Child[]): void {
  const parents = ctx.get(storage.ParentKeys, hotkey, netuid).map(([, parent]) => parent)
  if (children.some(([, child]) => parents.includes(child))) return
  const before = ctx.get(storage.ChildKeys, hotkey, netuid)
  const sorted = children.slice().sort(([, a], [, b]) => (a < b ? -1 : 1))
  write(ctx, storage.ChildKeys, hotkey, netuid, sorted)
  for (const [, child] of before) {
    if (!children.some(([, other]) => other === child)) changeParent(ctx, netuid, child, hotkey, undefined)
  }
  for (const [proportion, child] of sorted) changeParent(ctx, netuid, child, hotkey, proportion)
  ctx.deposit(events.SetChildren, [hotkey, netuid, children])
}

function changeParent(ctx: Context, netuid: number, child: string, parent: string, proportion: bigint | undefined): void {
  const parents = ctx.get(storage.ParentKeys, child, netuid)
  if (proportion === undefined) {
    const others = parents.filter(([, other]) => other !== parent)
    write(ctx, storage.ParentKeys, child, netuid, others)
    return
  }
  const known = parents.some(([, other]) => other === parent)
  const changed = parents.map(([old, other]) => [other === parent ? proportion : old, other] as const)
  write(ctx, storage.ParentKeys, child, netuid, known ? changed : [...parents, [proportion, parent]])
}

function write(ctx: Context, entry: typeof storage.ChildKeys, hotkey: string, netuid: number, links: readonly Child[]): void {
  if (links.length === 0) ctx.remove(entry, hotkey, netuid)
  else ctx.set(entry, hotkey, netuid, links)
}
