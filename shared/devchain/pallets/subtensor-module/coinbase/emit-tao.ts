import { blockEmission } from '../../../../consensus/block-emission.ts'
import type { Context } from '../../../context.ts'
import { DispatchError } from '../../../dispatch-error.ts'
import { depositFunds } from '../../balances/funds.ts'
import { prepareLiquidity } from '../../swap/prepare-liquidity.ts'
import { readPriceQ64 } from '../../swap/read-pool.ts'
import { highestPriceRao } from '../../swap/run-swap.ts'
import { buyAlpha } from '../stake/swap-tokens.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'
import { readRootProportion } from './read-root-proportion.ts'
import { shareEmission } from './share-emission.ts'

/** What a block mints for one subnet, in rao. */
interface SubnetTerms {
  readonly netuid: number
  /** Alpha for the subnet's parties, before anything of the block is added to what is issued. */
  readonly alphaOut: bigint
  /** TAO and alpha for the pool, in the proportion of its price. */
  readonly taoIn: bigint
  readonly alphaIn: bigint
  /** TAO that buys alpha from the pool. */
  readonly excess: bigint
}

/**
 * Mints the block's TAO: into the pools of the subnets that emit, with as much alpha as root's share of the alpha allows, and what is left
 * buys alpha from them. Gives the alpha that each subnet's parties get.
 */
export function emitTao(ctx: Context, emitting: readonly number[]): ReadonlyMap<number, bigint> {
  const emission = blockEmission(ctx.get(storage.TotalIssuance))
  if (emission !== ctx.get(storage.BlockEmission)) ctx.set(storage.BlockEmission, emission)
  ctx.removePrefix(storage.SubnetRootSellTao)
  const shares = shareEmission(ctx, emitting, emission)
  const terms = emitting.map((netuid, index) => readTerms(ctx, netuid, shares[index] ?? 0n))
  for (const one of terms) inject(ctx, one)
  return new Map(terms.map(({ netuid, alphaOut }) => [netuid, alphaOut]))
}

/** All in U96F32, each amount floored at the end. */
function readTerms(ctx: Context, netuid: number, taoQ32: bigint): SubnetTerms {
  const alphaOut = blockEmission(ctx.get(storage.SubnetAlphaIn, netuid) + ctx.get(storage.SubnetAlphaOut, netuid))
  const price = readPriceQ64(ctx, netuid) >> 32n
  const wanted = price === 0n ? 0n : (taoQ32 << 32n) / price
  const most = readRootProportion(ctx, netuid) * alphaOut
  const capped = wanted > most
  const taoIn = capped ? (most * price) >> 32n : taoQ32
  const excess = taoQ32 > taoIn ? taoQ32 - taoIn : 0n
  return { netuid, alphaOut, taoIn: taoIn >> 32n, alphaIn: (capped ? most : wanted) >> 32n, excess: excess >> 32n }
}

function inject(ctx: Context, { netuid, taoIn, alphaIn, excess }: SubnetTerms): void {
  const taken = prepareLiquidity(ctx, netuid, taoIn, alphaIn)
  const [tao, alpha] = taken ? [taoIn, alphaIn] : [0n, 0n]
  ctx.set(storage.SubnetExcessTao, netuid, 0n)
  if (excess > 0n) buyBack(ctx, netuid, excess)
  ctx.set(storage.SubnetAlphaInEmission, netuid, alpha)
  ctx.set(storage.SubnetTaoInEmission, netuid, tao)
  if (alpha > 0n) ctx.set(storage.SubnetAlphaIn, netuid, ctx.get(storage.SubnetAlphaIn, netuid) + alpha)
  if (tao === 0n) return
  mint(ctx, netuid, tao)
  ctx.set(storage.SubnetTAO, netuid, ctx.get(storage.SubnetTAO, netuid) + tao)
  ctx.set(storage.TotalStake, ctx.get(storage.TotalStake) + tao)
}

/** The chain buys alpha, free of the fee; where the pool refuses, the TAO stays on the subnet's account. */
function buyBack(ctx: Context, netuid: number, tao: bigint): void {
  mint(ctx, netuid, tao)
  try {
    const swap = ctx.transact(() => buyAlpha(ctx, netuid, tao, { limitPriceRao: highestPriceRao, withoutFee: true }))
    ctx.set(storage.SubnetProtocolAlpha, netuid, ctx.get(storage.SubnetProtocolAlpha, netuid) + swap.paidOut)
    ctx.set(storage.SubnetExcessTao, netuid, swap.paidIn)
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
}

function mint(ctx: Context, netuid: number, tao: bigint): void {
  depositFunds(ctx, subnetAccount(netuid), tao)
  ctx.set(storage.TotalIssuance, ctx.get(storage.TotalIssuance) + tao)
}
