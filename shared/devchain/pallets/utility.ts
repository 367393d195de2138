import type { Context } from '../context.ts'
import { DispatchError, defineErrors, ensure } from '../dispatch-error.ts'
import { defineEvents, event } from '../event.ts'
import { dispatchError } from '../frame-types.ts'
import type { Origin } from '../origin.ts'
import { call, constant, definePallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import { type RuntimeCall, runtimeCall } from '../runtime-call.ts'
import { vec } from '../scale/collections.ts'
import { u32 } from '../scale/primitives.ts'
import { systemErrors } from './system.ts'

const id = palletId({ name: 'Utility', index: 11, path: 'pallet_subtensor_utility::pallet' })

const events = defineEvents(id, {
  BatchInterrupted: event(0, { index: u32, error: dispatchError }),
  BatchCompleted: event(1, []),
  BatchCompletedWithErrors: event(2, []),
  ItemCompleted: event(3, []),
  ItemFailed: event(4, { error: dispatchError }),
})

const errors = defineErrors(id, { TooManyCalls: 0, InvalidDerivedAccount: 1 })

const maxCalls = 10_922
const args = { calls: vec(runtimeCall) }

/** The pallet of batches; a batch within a batch is filtered, as on the real chain. */
export const utilityPallet = definePallet({
  id,
  events,
  errors,
  constants: { batched_calls_limit: constant(u32, maxCalls) },
  calls: {
    batch: call({
      index: 0,
      args,
      pays: 'yes',
      dispatch(ctx, origin, { calls }) {
        checkBatch(origin, calls)
        for (const [index, one] of calls.entries()) {
          const { error } = dispatchItem(ctx, one, origin)
          if (error !== undefined) {
            ctx.deposit(events.BatchInterrupted, { index, error })
            return
          }
          ctx.deposit(events.ItemCompleted, [])
        }
        ctx.deposit(events.BatchCompleted, [])
      },
    }),
    batch_all: call({
      index: 2,
      args,
      pays: 'yes',
      dispatch(ctx, origin, { calls }) {
        checkBatch(origin, calls)
        for (const one of calls) {
          const { error } = dispatchItem(ctx, one, origin)
          if (error !== undefined) throw new DispatchError(error)
          ctx.deposit(events.ItemCompleted, [])
        }
        ctx.deposit(events.BatchCompleted, [])
      },
    }),
    force_batch: call({
      index: 4,
      args,
      pays: 'yes',
      dispatch(ctx, origin, { calls }) {
        checkBatch(origin, calls)
        let failed = false
        for (const one of calls) {
          const { error } = dispatchItem(ctx, one, origin)
          failed ||= error !== undefined
          if (error === undefined) ctx.deposit(events.ItemCompleted, [])
          else ctx.deposit(events.ItemFailed, { error })
        }
        if (failed) ctx.deposit(events.BatchCompletedWithErrors, [])
        else ctx.deposit(events.BatchCompleted, [])
      },
    }),
  },
})

function checkBatch(origin: Origin, calls: readonly RuntimeCall[]): void {
  if (origin.kind === 'none') throw new DispatchError({ type: 'BadOrigin' })
  ensure(calls.length <= maxCalls, errors.TooManyCalls)
}

const batchNames = new Set(['batch', 'batch_all', 'force_batch'])

function dispatchItem(ctx: Context, one: RuntimeCall, origin: Origin) {
  if (one.pallet === id.name && batchNames.has(one.name)) return { error: new DispatchError(systemErrors.CallFiltered).value }
  return ctx.dispatch(one, origin)
}
