import type { EpochOutput } from '../../../../consensus/epoch-output.ts'
import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** Stores what an epoch computed, vector by vector, and says what each uid's mining earned. */
export function storeEpochOutput(ctx: Context, netuid: number, output: EpochOutput): void {
  ctx.set(storage.Incentive, netuid, output.incentive)
  ctx.deposit(events.IncentiveAlphaEmittedToMiners, { netuid, emissions: output.serverEmission })
  for (const [uid, row] of output.bonds.entries()) ctx.set(storage.Bonds, netuid, uid, row)
  ctx.set(storage.Active, netuid, output.active)
  ctx.set(storage.Emission, netuid, output.combinedEmission)
  ctx.set(storage.Consensus, netuid, output.consensus)
  ctx.set(storage.Dividends, netuid, output.dividends)
  ctx.set(storage.ValidatorTrust, netuid, output.validatorTrust)
  ctx.set(storage.ValidatorPermit, netuid, output.validatorPermits)
  ctx.set(storage.StakeWeight, netuid, output.stakeWeight)
}
