import { blockEmission } from '../../../../consensus/block-emission.ts'
import type { Context } from '../../../context.ts'
import { depositFunds } from '../../balances/funds.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'
import { readRootProportion } from './read-root-proportion.ts'

const one = 1n << 32n

/**
 * Mints the block's TAO into the pools. At par every price is 1, so a subnet's share is 1 less the part of its incentive that its owner
 * withheld, over the sum of those; what root's share of the alpha does not allow into a pool stays unminted.
 */
export function emitTao(ctx: Context, emitting: readonly number[]): void {
  const emission = blockEmission(ctx.get(storage.TotalIssuance))
  if (emission !== ctx.get(storage.BlockEmission)) ctx.set(storage.BlockEmission, emission)
  const enabled = emitting.filter(netuid => ctx.get(storage.SubnetEmissionEnabled, netuid))
  const kept = enabled.map(netuid => one - ctx.get(storage.MinerBurned, netuid))
  const all = kept.reduce((sum, part) => sum + part, 0n)
  for (const [index, netuid] of enabled.entries()) {
    // Where all of them withhold everything, they share alike.
    const share = all === 0n ? emission / BigInt(enabled.length) : (emission * (kept[index] ?? 0n)) / all
    inject(ctx, netuid, share)
  }
  for (const netuid of emitting) if (!enabled.includes(netuid)) inject(ctx, netuid, 0n)
}

function inject(ctx: Context, netuid: number, share: bigint): void {
  const [alphaIn, alphaOut] = [ctx.get(storage.SubnetAlphaIn, netuid), ctx.get(storage.SubnetAlphaOut, netuid)]
  const most = (readRootProportion(ctx, netuid) * blockEmission(alphaIn + alphaOut)) >> 32n
  const tao = share < most ? share : most
  ctx.set(storage.SubnetTaoInEmission, netuid, tao)
  ctx.set(storage.SubnetAlphaInEmission, netuid, tao)
  if (tao === 0n) return
  depositFunds(ctx, subnetAccount(netuid), tao)
  ctx.set(storage.SubnetAlphaIn, netuid, alphaIn + tao)
  ctx.set(storage.SubnetTAO, netuid, ctx.get(storage.SubnetTAO, netuid) + tao)
  ctx.set(storage.TotalStake, ctx.get(storage.TotalStake) + tao)
  ctx.set(storage.TotalIssuance, ctx.get(storage.TotalIssuance) + tao)
}
