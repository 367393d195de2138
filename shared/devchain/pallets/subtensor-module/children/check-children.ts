import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'

/** A child hotkey and its share of the parent's stake, in parts of u64::MAX. */
export type Child = readonly [proportion: bigint, hotkey: string]

const maxChildren = 5
const whole = 2n ** 64n - 1n

/** Checks the children that a hotkey wants, in the chain's order. Throws a DispatchError. */
export function checkChildren(ctx: Context, netuid: number, hotkey: string, children: readonly Child[]): void {
  ensure(new Set(children.map(([, child]) => child)).size === children.length, errors.DuplicateChild)
  ensure(
    children.every(([, child]) => child !== hotkey),
    errors.InvalidChild,
  )
  ensure(children.length <= maxChildren, errors.TooManyChildren)
  ensure(children.reduce((sum, [proportion]) => sum + proportion, 0n) <= whole, errors.ProportionOverflow)
  const parents = ctx.get(storage.ParentKeys, hotkey, netuid).map(([, parent]) => parent)
  ensure(!children.some(([, child]) => parents.includes(child)), errors.ChildParentInconsistency)
}
