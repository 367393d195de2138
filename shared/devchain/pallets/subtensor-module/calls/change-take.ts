import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16 } from '../../../scale/primitives.ts'
import { checkTakeInPool, checkTakeOwner } from '../checks/check-take.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

const args = { hotkey: accountId, take: u16 }

/** A coldkey lowers what its hotkey keeps of its nominators' dividends, in 65535ths; as often as it likes. */
export const decreaseTake = call({
  index: 65,
  args,
  pays: 'yes',
  validate: checkTakeInPool,
  dispatch(ctx, origin, { hotkey, take }) {
    const coldkey = ensureSigned(origin)
    ensureTakeOwner(ctx, coldkey, hotkey)
    if (ctx.has(storage.Delegates, hotkey)) ensure(take < ctx.get(storage.Delegates, hotkey), errors.DelegateTakeTooLow)
    ensure(take >= ctx.get(storage.MinDelegateTake), errors.DelegateTakeTooLow)
    storeTake(ctx, hotkey, take)
    ctx.deposit(events.TakeDecreased, [coldkey, hotkey, take])
  },
})

/** A coldkey raises it, up to the chain's greatest take, once in TxDelegateTakeRateLimit blocks. */
export const increaseTake = call({
  index: 66,
  args,
  pays: 'yes',
  validate: checkTakeInPool,
  dispatch(ctx, origin, { hotkey, take }) {
    const coldkey = ensureSigned(origin)
    ensureTakeOwner(ctx, coldkey, hotkey)
    if (ctx.has(storage.Delegates, hotkey)) ensure(take > ctx.get(storage.Delegates, hotkey), errors.DelegateTakeTooLow)
    ensure(take <= ctx.get(storage.MaxDelegateTake), errors.DelegateTakeTooHigh)
    const last = ctx.get(storage.LastRateLimitedBlock, { type: 'LastTxBlockDelegateTake', value: hotkey })
    const limit = ctx.get(storage.TxDelegateTakeRateLimit)
    ensure(limit === 0n || last === 0n || BigInt(ctx.block) - last > limit, errors.DelegateTxRateLimitExceeded)
    storeTake(ctx, hotkey, take)
    ctx.deposit(events.TakeIncreased, [coldkey, hotkey, take])
  },
})

function ensureTakeOwner(ctx: Context, coldkey: string, hotkey: string): void {
  const error = checkTakeOwner(ctx, coldkey, hotkey)
  if (error !== undefined) throw new DispatchError(error)
}

function storeTake(ctx: Context, hotkey: string, take: number): void {
  ctx.set(storage.Delegates, hotkey, take)
  ctx.set(storage.LastRateLimitedBlock, { type: 'LastTxBlockDelegateTake', value: hotkey }, BigInt(ctx.block))
}
