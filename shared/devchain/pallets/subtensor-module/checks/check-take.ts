import type { Context } from '../../../context.ts'
import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import type { Origin } from '../../../origin.ts'
import type { InvalidTransaction } from '../../../transaction-validity.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { refuseInPool } from './refuse-in-pool.ts'

interface Take {
  readonly hotkey: string
  readonly take: number
}

/** The first rule of whose take it is that a coldkey breaks, undefined where it breaks none. */
export function checkTakeOwner(ctx: Context, coldkey: string, hotkey: string): ModuleErrorRef | undefined {
  if (!ctx.has(storage.Owner, hotkey)) return errors.HotKeyAccountNotExists
  return ctx.get(storage.Owner, hotkey) === coldkey ? undefined : errors.NonAssociatedColdKey
}

/** What keeps a change of a delegate's take out of the pool: its bounds first, then whose it is. */
export function checkTakeInPool(ctx: Context, origin: Origin, { hotkey, take }: Take): InvalidTransaction | null {
  if (origin.kind !== 'signed') return null
  if (take < ctx.get(storage.MinDelegateTake)) return refuseInPool(errors.DelegateTakeTooLow)
  if (take > ctx.get(storage.MaxDelegateTake)) return refuseInPool(errors.DelegateTakeTooHigh)
  const error = checkTakeOwner(ctx, origin.who, hotkey)
  return error === undefined ? null : refuseInPool(error)
}
