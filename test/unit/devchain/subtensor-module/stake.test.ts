import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { freeBalance } from '../../../../shared/devchain/pallets/balances/funds.ts'
import { increaseStakeForAll, readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import {
  addShares,
  floorShare,
  scaleShare,
  subtractShares,
  toShare,
} from '../../../../shared/devchain/pallets/subtensor-module/stake/safe-float.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { readPriceRao } from '../../../../shared/devchain/runtime-apis/simulated-swap.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

describe('add_stake and remove_stake', () => {
  let lab: PalletLab
  const add = (who: string, hotkey: string, amount: bigint, id = netuid) => lab.run(who, 'subtensorModule', 'addStake', hotkey, id, amount)
  const remove = (who: string, hotkey: string, amount: bigint, id = netuid) =>
    lab.run(who, 'subtensorModule', 'removeStake', hotkey, id, amount)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('refuse by the names of the real chain', () => {
    const stranger = `0x${'77'.repeat(32)}`
    expect(add(weak, weak, tao, 9)).toBe('SubnetNotExists')
    expect(add(weak, weak, tao, 1)).toBe('SubtokenDisabled')
    expect(add(weak, weak, 2_001_006n)).toBe('AmountTooLow')
    expect(add(weak, weak, 10_000n * tao)).toBe('NotEnoughBalanceToStake')
    expect(add(weak, weak, 10_000_000n * tao)).toBe('InsufficientLiquidity')
    expect(add(weak, stranger, tao)).toBe('HotKeyAccountNotExists')
    expect(remove(weak, weak, tao)).toBe('AmountTooLow')
    expect(remove(weak, weak, tao, 1)).toBe('SubtokenDisabled')
    expect(add(weak, strong, 5n * tao)).toBe(null)
    expect(remove(weak, strong, 1n)).toBe('AmountTooLow')
  })

  it('swap TAO and alpha in the subnet’s pool, there and back for the fee twice', () => {
    const { ctx } = lab
    const before = freeBalance(ctx, weak)
    const pool = ctx.get(storage.TotalHotkeyAlpha, strong, netuid)
    const price = Number(readPriceRao(ctx, netuid)) / 1e9
    expect(add(weak, strong, 5n * tao)).toBe(null)
    expect(before - freeBalance(ctx, weak)).toBe(5n * tao)
    const bought = Number(ctx.get(storage.TotalHotkeyAlpha, strong, netuid) - pool) / 1e9
    expect(bought / (5 / price)).toBeGreaterThan(0.99)
    expect(bought / (5 / price)).toBeLessThan(1)
    expect(ctx.get(storage.StakingHotkeys, weak)).toContain(strong)
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.StakeAdded')
    expect(remove(weak, strong, 100n * tao)).toBe(null)
    const fees = before - freeBalance(ctx, weak)
    expect(Number(fees) / 5e9).toBeCloseTo((2 * 33) / 65_535, 5)
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.StakeRemoved')
  })

  it('give every nominator its part of what the hotkey’s pool earns', () => {
    const { ctx } = lab
    expect(add(weak, validator, 50n * tao)).toBe(null)
    const [mine, all] = [readStake(ctx, validator, weak, netuid), ctx.get(storage.TotalHotkeyAlpha, validator, netuid)]
    expect(mine).toBeGreaterThan(30n * tao)
    increaseStakeForAll(ctx, validator, netuid, all)
    expect(Number(readStake(ctx, validator, weak, netuid))).toBeCloseTo(Number(2n * mine), -1)
  })
})

describe('shares', () => {
  const amount = fc.bigInt({ min: 1n, max: 21n * 10n ** 15n })

  it('keep 21 digits and give the whole amount back', () => {
    fc.assert(
      fc.property(amount, value => {
        const share = toShare(value)
        expect(share.mantissa).toBeGreaterThan(10n ** 20n)
        expect(share.mantissa).toBeLessThanOrEqual(10n ** 21n)
        expect(floorShare(share)).toBe(value)
      }),
    )
  })

  it('of sums and differences are off by less than a rao', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const sum = addShares(toShare(a), toShare(b))
        expect(a + b - floorShare(sum)).toBeLessThanOrEqual(1n)
        expect(floorShare(subtractShares(sum, toShare(b))) - a).toBeLessThanOrEqual(1n)
        expect(a - floorShare(subtractShares(sum, toShare(b)))).toBeLessThanOrEqual(1n)
      }),
    )
  })

  it('of a pool never exceed it', () => {
    fc.assert(
      fc.property(amount, amount, (pool, part) => {
        const all = addShares(toShare(pool), toShare(part))
        expect(floorShare(scaleShare(toShare(pool), toShare(part), all))).toBeLessThanOrEqual(pool)
      }),
    )
  })
})
