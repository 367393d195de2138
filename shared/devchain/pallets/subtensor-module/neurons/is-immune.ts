import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Says whether a neuron was registered less than the subnet's immunity period ago. */
export function isImmune(ctx: Context, netuid: number, uid: number): boolean {
  return BigInt(ctx.block) - ctx.get(storage.BlockAtRegistration, netuid, uid) < BigInt(ctx.get(storage.ImmunityPeriod, netuid))
}
