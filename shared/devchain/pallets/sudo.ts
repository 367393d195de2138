import type { Context } from '../context.ts'
import { defineErrors, ensure } from '../dispatch-error.ts'
import { defineEvents, event } from '../event.ts'
import { dispatchResult, multiAddress, weight } from '../frame-types.ts'
import { ensureSigned, type Origin } from '../origin.ts'
import { call, definePallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import { type RuntimeCall, runtimeCall } from '../runtime-call.ts'
import { option } from '../scale/collections.ts'
import { accountId } from '../scale/hashes.ts'
import { defineStorage, storageValue } from '../storage-entry.ts'
import type { InvalidTransaction } from '../transaction-validity.ts'
import { lookupAccount } from './lookup-account.ts'

const id = palletId({ name: 'Sudo', index: 12, path: 'pallet_sudo::pallet' })

export const sudoStorage = defineStorage(id, { Key: storageValue(accountId) })

const events = defineEvents(id, {
  Sudid: event(0, { sudo_result: dispatchResult }),
  KeyChanged: event(1, { old: option(accountId), new: accountId }),
  KeyRemoved: event(2, []),
  SudoAsDone: event(3, { sudo_result: dispatchResult }),
})

const errors = defineErrors(id, { RequireSudo: 0 })

/** The pallet by which one key acts as root. */
export const sudoPallet = definePallet({
  id,
  storage: sudoStorage,
  events,
  errors,
  calls: {
    sudo: call({
      index: 0,
      args: { call: runtimeCall },
      pays: 'yes',
      validate: checkSudoKey,
      dispatch: (ctx, origin, args) => runAsRoot(ctx, origin, args.call),
    }),
    sudo_unchecked_weight: call({
      index: 1,
      args: { call: runtimeCall, weight },
      pays: 'yes',
      validate: checkSudoKey,
      dispatch: (ctx, origin, args) => runAsRoot(ctx, origin, args.call),
    }),
    set_key: call({
      index: 2,
      args: { new: multiAddress },
      pays: 'yes',
      validate: checkSudoKey,
      dispatch(ctx, origin, args) {
        ensureSudo(ctx, origin)
        const next = lookupAccount(args.new)
        ctx.deposit(events.KeyChanged, { old: ctx.get(sudoStorage.Key), new: next })
        ctx.set(sudoStorage.Key, next)
        return 'no'
      },
    }),
    sudo_as: call({
      index: 3,
      args: { who: multiAddress, call: runtimeCall },
      pays: 'yes',
      validate: checkSudoKey,
      dispatch(ctx, origin, args) {
        ensureSudo(ctx, origin)
        const { error } = ctx.dispatch(args.call, { kind: 'signed', who: lookupAccount(args.who) })
        ctx.deposit(events.SudoAsDone, { sudo_result: error === undefined ? { type: 'Ok', value: null } : { type: 'Err', value: error } })
        return 'no'
      },
    }),
  },
  hooks: {
    genesis(ctx, options) {
      ctx.set(sudoStorage.Key, options.sudo)
    },
  },
})

/** Calls by anyone but the sudo key never enter the pool, as the chain's own extension has it. */
function checkSudoKey(ctx: Context, origin: Origin): InvalidTransaction | null {
  if (origin.kind === 'root') return null
  return origin.kind === 'signed' && origin.who === ctx.get(sudoStorage.Key) ? null : { code: 'BadSigner', error: errors.RequireSudo }
}

function ensureSudo(ctx: Context, origin: Origin): void {
  if (origin.kind === 'root') return
  ensure(ensureSigned(origin) === ctx.get(sudoStorage.Key), errors.RequireSudo)
}

function runAsRoot(ctx: Context, origin: Origin, inner: RuntimeCall): 'no' {
  ensureSudo(ctx, origin)
  const { error } = ctx.dispatch(inner, { kind: 'root' })
  ctx.deposit(events.Sudid, { sudo_result: error === undefined ? { type: 'Ok', value: null } : { type: 'Err', value: error } })
  return 'no'
}
