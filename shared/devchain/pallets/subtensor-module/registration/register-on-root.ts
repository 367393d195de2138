import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { appendNeuron } from '../neurons/append-neuron.ts'
import { associateHotkey } from '../neurons/associate-hotkey.ts'
import { replaceNeuron } from '../neurons/replace-neuron.ts'
import { storage } from '../storage.ts'

const root = 0

/** Registers a hotkey on root, free of charge: while there is room, or in the place of the one with the least stake. Throws a DispatchError. */
export function registerOnRoot(ctx: Context, coldkey: string, hotkey: string): void {
  ensure(ctx.get(storage.NetworksAdded, root), errors.RootNetworkDoesNotExist)
  const [now, interval] = [ctx.get(storage.RegistrationsThisBlock, root), ctx.get(storage.RegistrationsThisInterval, root)]
  ensure(now < ctx.get(storage.MaxRegistrationsPerBlock, root), errors.TooManyRegistrationsThisBlock)
  ensure(interval < 3 * ctx.get(storage.TargetRegistrationsPerInterval, root), errors.TooManyRegistrationsThisInterval)
  ensure(!ctx.has(storage.Uids, root, hotkey), errors.HotKeyAlreadyRegisteredInSubNet)
  associateHotkey(ctx, coldkey, hotkey)
  const full = ctx.get(storage.SubnetworkN, root) >= ctx.get(storage.MaxAllowedUids, root)
  const uid = full ? takePlaceOfLeastStaked(ctx, hotkey) : appendNeuron(ctx, root, hotkey)
  if (!ctx.has(storage.Delegates, hotkey)) ctx.set(storage.Delegates, hotkey, ctx.defaultOf(storage.Delegates))
  ctx.set(storage.RegistrationsThisBlock, root, now + 1)
  ctx.set(storage.RegistrationsThisInterval, root, interval + 1)
  ctx.deposit(events.NeuronRegistered, [root, uid, hotkey])
}

function takePlaceOfLeastStaked(ctx: Context, hotkey: string): number {
  let least: { readonly uid: number; readonly stake: bigint } | undefined
  for (const [[, uid], key] of ctx.entries(storage.Keys, root)) {
    const stake = ctx.get(storage.TotalHotkeyAlpha, key, root)
    if (least === undefined || stake < least.stake) least = { uid, stake }
  }
  const { uid, stake } = least ?? { uid: 0, stake: 0n }
  ensure(stake < ctx.get(storage.TotalHotkeyAlpha, hotkey, root), errors.StakeTooLowForRoot)
  replaceNeuron(ctx, root, uid, hotkey)
  return uid
}
