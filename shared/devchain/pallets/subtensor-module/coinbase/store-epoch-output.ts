import type { CombinedEpoch } from '../../../../consensus/combine-mechanisms.ts'
import type { EpochOutput } from '../../../../consensus/epoch-output.ts'
import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** Stores what belongs to one mechanism under its storage index, and says what each uid's mining earned there. */
export function storeMechanismOutput(ctx: Context, index: number, output: EpochOutput): void {
  ctx.set(storage.Incentive, index, output.incentive)
  ctx.deposit(events.IncentiveAlphaEmittedToMiners, { netuid: index, emissions: output.serverEmission })
  for (const [uid, row] of output.bonds.entries()) ctx.set(storage.Bonds, index, uid, row)
}

/** Stores what an epoch comes to for the subnet as a whole, vector by vector. */
export function storeSubnetOutput(ctx: Context, netuid: number, output: CombinedEpoch): void {
  ctx.set(storage.Active, netuid, output.active)
  ctx.set(storage.Emission, netuid, output.combinedEmission)
  ctx.set(storage.Consensus, netuid, output.consensus)
  ctx.set(storage.Dividends, netuid, output.dividends)
  ctx.set(storage.ValidatorTrust, netuid, output.validatorTrust)
  ctx.set(storage.ValidatorPermit, netuid, output.validatorPermits)
  ctx.set(storage.StakeWeight, netuid, output.stakeWeight)
}
