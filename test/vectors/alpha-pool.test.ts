import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wholeWeight } from '../../shared/consensus/pool/alpha-pool.ts'
import { divQ64, toQ64 } from '../../shared/consensus/pool/q64.ts'
import { scaledPower } from '../../shared/consensus/pool/scaled-power.ts'
import { swapInPool } from '../../shared/consensus/pool/swap-in-pool.ts'
import { presets } from '../../shared/devchain/genesis/presets.ts'
import { mostToMove } from '../../shared/devchain/pallets/subtensor-module/stake/order-limit.ts'
import { storage } from '../../shared/devchain/pallets/subtensor-module/storage.ts'
import { createPalletLab } from '../support/pallet-lab.ts'

interface Limits {
  readonly within: number
  readonly cases: readonly (readonly [tao: string, alpha: string, limit: string, most: string])[]
}

interface Vectors {
  readonly power: readonly { readonly base: readonly string[]; readonly exponent: readonly string[]; readonly scaled: string }[]
  readonly mostToBuy: Limits
  readonly mostToSell: Limits
  readonly mostToMove: readonly { from: readonly string[]; to: readonly string[]; limit: string; most: string; off: string }[]
  readonly swap: { readonly tao: string; readonly alpha: string; readonly buys: readonly string[]; readonly sells: readonly string[] }
}

const vectors = JSON.parse(readFileSync(new URL('alpha-pool.json', import.meta.url), 'utf8')) as Vectors
const u64Max = 2n ** 64n - 1n
const feeRate = 33
const big = (text: string | undefined) => BigInt(text ?? 0)
const poolOf = (tao: string, alpha: string) => ({ taoRao: big(tao), alphaRao: big(alpha), taoWeight: wholeWeight / 2n })

/** What the largest order that a pool accepts would be filled with up to a limit, fee included. */
function mostWithin(side: 'buy' | 'sell', tao: string, alpha: string, limit: string): bigint | string {
  const pool = poolOf(tao, alpha)
  const order = 1_000n * (side === 'buy' ? pool.taoRao : pool.alphaRao)
  const limitPriceQ64 = divQ64(toQ64(big(limit)), toQ64(1_000_000_000n))
  const swap = swapInPool(pool, { side, amount: order > u64Max ? u64Max : order, limitPriceQ64, feeRate })
  return typeof swap === 'string' ? swap : swap.paidIn + swap.fee
}

describe('the pool agrees with the figures of the chain’s own tests', () => {
  it.each(vectors.power)('in the power $exponent of $base', ({ base, exponent, scaled }) => {
    expect(scaledPower(big(base[0]), big(base[1]), big(exponent[0]), big(exponent[1]), 10n ** 18n)).toBe(BigInt(scaled))
  })

  it.each((['mostToBuy', 'mostToSell'] as const).flatMap(name => vectors[name].cases.map(one => [name, ...one] as const)))(
    '%s: reserves %s and %s, limit %s: %s',
    (name, tao, alpha, limit, most) => {
      const got = mostWithin(name === 'mostToBuy' ? 'buy' : 'sell', tao, alpha, limit)
      if (!/^\d+$/.test(most)) expect(got).toBe(most)
      else expect(Math.abs(Number(got) - Number(most))).toBeLessThanOrEqual(Math.floor(Number(most) * vectors[name].within))
    },
  )

  it.each(vectors.mostToMove)('between pools $from and $to, limit $limit: $most', ({ from, to, limit, most, off }) => {
    const { ctx } = createPalletLab(presets.fast)
    for (const [netuid, [tao, alpha]] of [from, to].entries()) {
      ctx.set(storage.SubnetMechanism, netuid + 7, 1)
      ctx.set(storage.SubnetTAO, netuid + 7, big(tao))
      ctx.set(storage.SubnetAlphaIn, netuid + 7, big(alpha))
    }
    const difference = mostToMove(ctx, 7, 8, big(limit)) - big(most)
    expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(big(off))
  })

  const { tao, alpha, buys, sells } = vectors.swap
  it.each([...buys.map(amount => ['buy', amount] as const), ...sells.map(amount => ['sell', amount] as const)])(
    'in what a %s of %s gives: the constant product, to the rao',
    (side, amount) => {
      const [into, outOf] = side === 'buy' ? [big(tao), big(alpha)] : [big(alpha), big(tao)]
      const net = big(amount) - (big(amount) * BigInt(feeRate)) / 65_535n
      const limitPriceQ64 = side === 'buy' ? toQ64(1_000n) : divQ64(1n << 64n, toQ64(10_000n))
      const swap = swapInPool(poolOf(tao, alpha), { side, amount: big(amount), limitPriceQ64, feeRate })
      const out = (outOf * net) / (into + net)
      expect(swap).toMatchObject({ paidIn: net, fee: big(amount) - net })
      expect(Math.abs(Number((swap as { paidOut: bigint }).paidOut - out))).toBeLessThanOrEqual(1)
    },
  )
})
