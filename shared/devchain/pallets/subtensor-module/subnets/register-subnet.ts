import { divQ64, floorQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { spendableBalance } from '../../balances/funds.ts'
import { passesNetworkRateLimit } from '../checks/passes-network-rate-limit.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { appendNeuron } from '../neurons/append-neuron.ts'
import { associateHotkey } from '../neurons/associate-hotkey.ts'
import { payToSubnet } from '../stake/pay-to-subnet.ts'
import { storage } from '../storage.ts'
import { chooseSymbol } from './choose-symbol.ts'
import { isSubnetAccount } from './is-subnet-account.ts'
import { listSubnets } from './list-subnets.ts'
import { openSubnet } from './open-subnet.ts'
import { readLockCost } from './read-lock-cost.ts'
import { readMedianPriceQ64 } from './read-median-price.ts'

/** The dynamic mechanism: what every subnet but root runs. */
const dynamic = 1

/** Opens a subnet for a coldkey that pays the lock cost into its pool, and gives its netuid. Where no place is left none is freed. Throws a DispatchError. */
export function registerSubnet(ctx: Context, coldkey: string, hotkey: string): number {
  ensure(!ctx.has(storage.Owner, hotkey) || ctx.get(storage.Owner, hotkey) === coldkey, errors.NonAssociatedColdKey)
  ensure(!isSubnetAccount(hotkey), errors.CannotUseSystemAccount)
  ensure(BigInt(ctx.block) >= ctx.get(storage.NetworkRegistrationStartBlock), errors.SubNetRegistrationDisabled)
  ensure(passesNetworkRateLimit(ctx), errors.NetworkTxRateLimitExceeded)
  const taken = listSubnets(ctx)
  ensure(taken.filter(netuid => netuid !== 0).length < ctx.get(storage.SubnetLimit), errors.SubnetLimitReached)
  const cost = readLockCost(ctx)
  ensure(cost <= spendableBalance(ctx, coldkey, 'expendable'), errors.CannotAffordLockCost)
  const price = readMedianPriceQ64(ctx)
  let netuid = 1
  while (taken.includes(netuid)) netuid += 1
  openSubnet(ctx, netuid, ctx.defaultOf(storage.Tempo))
  const lock = payToSubnet(ctx, coldkey, netuid, cost)
  ctx.set(storage.NetworkLastLockCost, lock)
  ctx.set(storage.LastRateLimitedBlock, { type: 'NetworkLastRegistered' }, BigInt(ctx.block))
  associateHotkey(ctx, coldkey, hotkey)
  appendNeuron(ctx, netuid, hotkey)
  ctx.set(storage.SubnetMechanism, netuid, dynamic)
  ctx.set(storage.NetworkRegisteredAt, netuid, BigInt(ctx.block))
  ctx.set(storage.RegisteredSubnetCounter, netuid, ctx.get(storage.RegisteredSubnetCounter, netuid) + 1n)
  ctx.set(storage.TokenSymbol, netuid, chooseSymbol(ctx, netuid))
  fillPool(ctx, netuid, lock, price)
  ctx.set(storage.SubnetOwner, netuid, coldkey)
  ctx.set(storage.SubnetOwnerHotkey, netuid, hotkey)
  ctx.deposit(events.SubnetOwnerHotkeySet, [netuid, hotkey])
  ctx.deposit(events.NetworkAdded, [netuid, dynamic])
  // A new subnet mints alpha once it is started; TAO it gets only when sudo says so.
  ctx.set(storage.SubnetEmissionEnabled, netuid, false)
  return netuid
}

/** The whole lock becomes the pool's TAO, against as much alpha as the price of the other subnets asks for. */
function fillPool(ctx: Context, netuid: number, lock: bigint, priceQ64: bigint): void {
  const least = ctx.get(storage.NetworkMinLockCost)
  const pool = lock > least ? lock : least
  ctx.set(storage.SubnetTAO, netuid, pool)
  ctx.set(storage.SubnetAlphaIn, netuid, floorQ64(divQ64(toQ64(pool), priceQ64)))
  ctx.set(storage.SubnetAlphaOut, netuid, 0n)
  ctx.set(storage.SubnetVolume, netuid, 0n)
  ctx.set(storage.SubnetLocked, netuid, lock)
  ctx.set(storage.RAORecycledForRegistration, netuid, 0n)
  ctx.set(storage.TotalStake, ctx.get(storage.TotalStake) + pool)
}
