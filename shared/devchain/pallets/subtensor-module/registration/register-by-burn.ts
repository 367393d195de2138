import { raiseRegistrationPrice } from '../../../../consensus/registration-price.ts'
import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { spendableBalance } from '../../balances/funds.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { appendNeuron } from '../neurons/append-neuron.ts'
import { associateHotkey } from '../neurons/associate-hotkey.ts'
import { chooseNeuronToPrune } from '../neurons/choose-neuron-to-prune.ts'
import { replaceNeuron } from '../neurons/replace-neuron.ts'
import { payToSubnet } from '../stake/pay-to-subnet.ts'
import { buyAlpha } from '../stake/swap-tokens.ts'
import { storage } from '../storage.ts'

/** Registers a hotkey on a subnet: the coldkey pays the moving price, which buys alpha that is burned, and the price rises. Throws a DispatchError. */
export function registerByBurn(ctx: Context, coldkey: string, netuid: number, hotkey: string): void {
  ensure(netuid !== 0, errors.RegistrationNotPermittedOnRootSubnet)
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(ctx.get(storage.NetworkRegistrationAllowed, netuid), errors.SubNetRegistrationDisabled)
  ensure(!ctx.has(storage.Uids, netuid, hotkey), errors.HotKeyAlreadyRegisteredInSubNet)
  const price = ctx.get(storage.Burn, netuid)
  ensure(price <= spendableBalance(ctx, coldkey, 'expendable'), errors.NotEnoughBalanceToStake)
  associateHotkey(ctx, coldkey, hotkey)
  ensure(ctx.get(storage.Owner, hotkey) === coldkey, errors.NonAssociatedColdKey)
  const uidToReplace = chooseUid(ctx, netuid)
  const { paidOut: burned } = buyAlpha(ctx, netuid, payToSubnet(ctx, coldkey, netuid, price))
  const outstanding = ctx.get(storage.SubnetAlphaOut, netuid)
  ctx.set(storage.SubnetAlphaOut, netuid, outstanding > burned ? outstanding - burned : 0n)
  const uid = uidToReplace ?? appendNeuron(ctx, netuid, hotkey)
  if (uidToReplace !== undefined) replaceNeuron(ctx, netuid, uidToReplace, hotkey)
  const bounds = { minBurnRao: ctx.get(storage.MinBurn, netuid), maxBurnRao: ctx.get(storage.MaxBurn, netuid) }
  ctx.set(storage.Burn, netuid, raiseRegistrationPrice(price, ctx.get(storage.BurnIncreaseMult, netuid), bounds))
  ctx.set(storage.RegistrationsThisBlock, netuid, ctx.get(storage.RegistrationsThisBlock, netuid) + 1)
  ctx.set(storage.RAORecycledForRegistration, netuid, ctx.get(storage.RAORecycledForRegistration, netuid) + price)
  ctx.deposit(events.NeuronRegistered, [netuid, uid, hotkey])
}

/** The uid to replace on a full subnet, undefined where one more fits. */
function chooseUid(ctx: Context, netuid: number): number | undefined {
  const most = ctx.get(storage.MaxAllowedUids, netuid)
  ensure(most !== 0, errors.NoNeuronIdAvailable)
  if (ctx.get(storage.SubnetworkN, netuid) < most) return undefined
  const uid = chooseNeuronToPrune(ctx, netuid)
  if (uid === undefined) throw new DispatchError(errors.NoNeuronIdAvailable)
  return uid
}
