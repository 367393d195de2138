import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** One TAO, what the first registration on a new subnet costs. */
const firstPriceRao = 1_000_000_000n

/** Writes what a new subnet starts with. Epochs are staggered by netuid, so that subnets opened together do not all run in one block. */
export function openSubnet(ctx: Context, netuid: number, tempo: number): void {
  ctx.set(storage.SubnetworkN, netuid, 0)
  ctx.set(storage.NetworksAdded, netuid, true)
  ctx.set(storage.Tempo, netuid, tempo)
  const stagger = netuid % Math.max(1, tempo)
  ctx.set(storage.LastEpochBlock, netuid, BigInt(Math.max(0, ctx.block - stagger)))
  ctx.set(storage.TotalNetworks, ctx.get(storage.TotalNetworks) + 1)
  ctx.set(storage.NetworkRegistrationAllowed, netuid, true)
  ctx.set(storage.MaxAllowedUids, netuid, 256)
  ctx.set(storage.MaxAllowedValidators, netuid, 64)
  ctx.set(storage.MinAllowedWeights, netuid, 1)
  ctx.set(storage.ImmunityPeriod, netuid, 5000)
  ctx.set(storage.Yuma3On, netuid, true)
  ctx.set(storage.Burn, netuid, firstPriceRao)
  ctx.set(storage.Kappa, netuid, ctx.get(storage.Kappa, netuid))
  ctx.set(storage.ActivityCutoff, netuid, ctx.get(storage.ActivityCutoff, netuid))
  ctx.set(storage.RegistrationsThisInterval, netuid, ctx.get(storage.RegistrationsThisInterval, netuid))
}
