import { decayRegistrationPrice } from '../../../../consensus/registration-price.ts'
import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { isEpochDue } from '../subnets/is-epoch-due.ts'
import { listSubnets } from '../subnets/list-subnets.ts'

/** Lets every subnet's registration price fall by one block's share of its half-life, and starts the block's registration counters. */
export function decayRegistrationPrices(ctx: Context): void {
  for (const netuid of listSubnets(ctx)) {
    const burn = ctx.get(storage.Burn, netuid)
    const halfLife = ctx.block > 1 ? ctx.get(storage.BurnHalfLife, netuid) : 0
    const bounds = { minBurnRao: ctx.get(storage.MinBurn, netuid), maxBurnRao: ctx.get(storage.MaxBurn, netuid) }
    const decayed = decayRegistrationPrice(burn, halfLife, bounds)
    if (decayed !== burn) ctx.set(storage.Burn, netuid, decayed)
    if (ctx.get(storage.RegistrationsThisBlock, netuid) !== 0) ctx.set(storage.RegistrationsThisBlock, netuid, 0)
    // Only root still counts registrations per interval.
    if (netuid === 0 && ctx.get(storage.RegistrationsThisInterval, 0) !== 0 && isEpochDue(ctx, 0))
      ctx.set(storage.RegistrationsThisInterval, 0, 0)
  }
}
