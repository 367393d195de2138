import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'

/** The subnets that emit: started, with a live token, and open for registration. */
export function listEmittingSubnets(ctx: Context): number[] {
  return listSubnets(ctx).filter(
    netuid =>
      netuid !== 0 &&
      ctx.has(storage.FirstEmissionBlockNumber, netuid) &&
      ctx.get(storage.SubtokenEnabled, netuid) &&
      ctx.get(storage.NetworkRegistrationAllowed, netuid),
  )
}
