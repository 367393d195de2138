import { beforeEach, describe, expect, it } from 'vitest'
import { freeBalance } from '../../../../shared/devchain/pallets/balances/funds.ts'
import { readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { readPriceRao } from '../../../../shared/devchain/runtime-apis/simulated-swap.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
/** Rao of TAO per alpha now. */
const price = () => readPriceRao(lab.ctx, netuid)
/** Prices a little dearer and cheaper than any order here makes it. */
const high = () => (price() * 11n) / 10n
const low = () => (price() * 9n) / 10n

let lab: PalletLab
const run = (who: string, name: string, ...args: unknown[]) => lab.run(who, 'subtensorModule', name, ...args)
const held = (coldkey: string, hotkey: string, on = netuid) => readStake(lab.ctx, hotkey, coldkey, on)
const lastEvent = () => lab.events().at(-1)

beforeEach(() => {
  lab = createSubnetLab()
  lab.ctx.set(storage.SubtokenEnabled, 0, true)
})

describe('stake at a price limit', () => {
  it('is added only as far as the price allows it', () => {
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, low(), true)).toBe('PriceLimitExceeded')
    const before = held(strong, strong)
    const limit = price() + price() / 1_000n
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, limit, false)).toBe('SlippageTooHigh')
    const funds = freeBalance(lab.ctx, strong)
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, limit, true)).toBe(null)
    expect(Number(price()) / Number(limit)).toBeCloseTo(1, 6)
    // A pool of about 1100 TAO whose price may rise by a thousandth takes about half a thousandth of it.
    expect(Number(funds - freeBalance(lab.ctx, strong)) / 1e9).toBeCloseTo(0.55, 1)
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, high(), false)).toBe(null)
    expect(held(strong, strong) - before).toBeGreaterThan(4n * tao)
  })

  it('of somebody else makes the hotkey a delegate', () => {
    expect(run(strong, 'addStakeLimit', validator, netuid, 5n * tao, high(), false)).toBe(null)
    expect([lab.ctx.has(storage.Delegates, validator), lab.ctx.has(storage.Delegates, strong)]).toEqual([true, false])
  })

  it('that goes takes waiting children with it, where too little of it is left', () => {
    const { ctx } = lab
    ctx.set(storage.StakeThreshold, 50n * tao)
    expect(run(validator, 'setChildren', validator, netuid, [[1n, strong]])).toBe(null)
    run(validator, 'removeStake', validator, netuid, tao)
    expect(ctx.has(storage.PendingChildKeys, netuid, validator)).toBe(true)
    run(validator, 'removeStake', validator, netuid, 80n * tao)
    expect(ctx.has(storage.PendingChildKeys, netuid, validator)).toBe(false)
  })

  it('is removed only as far as the price allows it, and never more than there is', () => {
    run(strong, 'addStake', strong, netuid, 5n * tao)
    const all = held(strong, strong)
    expect(run(strong, 'removeStakeLimit', strong, netuid, 0, low(), false)).toBe('AmountTooLow')
    expect(run(strong, 'removeStakeLimit', strong, netuid, all + 1n, low(), false)).toBe('NotEnoughStakeToWithdraw')
    expect(run(strong, 'removeStakeLimit', strong, netuid, tao, high(), true)).toBe('PriceLimitExceeded')
    const limit = price() - price() / 1_000n
    expect(run(strong, 'removeStakeLimit', strong, netuid, all, limit, false)).toBe('SlippageTooHigh')
    expect(run(strong, 'removeStakeLimit', strong, netuid, all, limit, true)).toBe(null)
    expect(Number(price()) / Number(limit)).toBeCloseTo(1, 5)
    expect(held(strong, strong)).toBeGreaterThan(3n * tao)
    expect(run(strong, 'removeStakeFullLimit', strong, netuid, price() - 1n)).toBe('SlippageTooHigh')
    expect(run(strong, 'removeStakeFullLimit', strong, netuid, null)).toBe(null)
    expect(held(strong, strong)).toBe(0n)
  })

  it('is removed everywhere at once, and for alpha alone ends up on root', () => {
    run(strong, 'addStake', strong, netuid, 5n * tao)
    expect(run(strong, 'unstakeAllAlpha', stranger)).toBe('HotKeyAccountNotExists')
    expect(run(strong, 'unstakeAllAlpha', strong)).toBe(null)
    expect(held(strong, strong)).toBe(0n)
    // Bought and sold in one block: what is missing are the two fees.
    expect(Number(held(strong, strong, 0)) / 5e9).toBeCloseTo(1 - (2 * 33) / 65_535, 5)
    expect(run(strong, 'unstakeAll', strong)).toBe(null)
    expect(held(strong, strong, 0)).toBe(0n)
    expect(run(strong, 'unstakeAllAlpha', strong)).toBe('AmountTooLow')
  })
})

describe('moving stake', () => {
  it('refuses in the chain’s order', () => {
    const { ctx } = lab
    const move = (from: string, to: string, on: number, amount: bigint) => run(validator, 'moveStake', from, to, netuid, on, amount)
    expect(move(validator, validator, netuid, tao)).toBe('SameNetuid')
    expect(move(validator, strong, 99, tao)).toBe('SubnetNotExists')
    ctx.set(storage.SubtokenEnabled, netuid, false)
    expect(move(validator, stranger, netuid, tao)).toBe('SubtokenDisabled')
    ctx.set(storage.SubtokenEnabled, netuid, true)
    expect(move(stranger, strong, netuid, tao)).toBe('HotKeyAccountNotExists')
    expect(move(validator, stranger, netuid, tao)).toBe('HotKeyAccountNotExists')
    const least = (2_000_000n * 1_000_000_000n) / price()
    expect(move(validator, strong, 0, least)).toBe('AmountTooLow')
    expect(move(validator, strong, netuid, least)).toBe('AmountTooLow')
    expect(held(validator, strong)).toBe(0n)
  })

  it('hands it to another hotkey of the same subnet', () => {
    const before = held(validator, validator)
    expect(run(validator, 'moveStake', validator, strong, netuid, netuid, 3n * tao)).toBe(null)
    expect([held(validator, strong), before - held(validator, validator)]).toEqual([3n * tao, 3n * tao])
    expect(
      lab
        .events()
        .slice(-3)
        .map(({ name }) => name.split('.')[1]),
    ).toEqual(['StakeRemoved', 'StakeAdded', 'StakeMoved'])
  })

  it('takes it to another subnet, all of it where more is asked', () => {
    const all = held(validator, validator)
    const worth = (Number(all) / 1e9) * (Number(price()) / 1e9)
    expect(run(validator, 'swapStake', validator, netuid, 0, all + tao)).toBe(null)
    const [left, tao0] = [held(validator, validator), held(validator, validator, 0)]
    expect(left).toBe(0n)
    expect(Number(tao0) / 1e9 / worth).toBeGreaterThan(0.85)
    expect(lastEvent()).toMatchObject({
      name: 'subtensorModule.StakeSwapped',
      data: [expect.any(String), expect.any(String), netuid, 0, Number(tao0)],
    })
  })

  it('takes it to another subnet only as far as the price between them allows it', () => {
    run(validator, 'addStake', validator, 0, 20n * tao)
    const before = held(validator, validator)
    // An alpha costs more than a TAO, so that a TAO of root buys less than one of them.
    const inverse = 10n ** 18n / price()
    const swap = (limit: bigint, partial: boolean) => run(validator, 'swapStakeLimit', validator, 0, netuid, 5n * tao, limit, partial)
    expect(swap(inverse + inverse / 100n, true)).toBe('PriceLimitExceeded')
    expect(swap(inverse - inverse / 1_000n, false)).toBe('SlippageTooHigh')
    expect(swap(inverse - inverse / 10n, false)).toBe(null)
    expect(held(validator, validator)).toBeGreaterThan(before + 3n * tao)
    expect(run(validator, 'swapStakeLimit', validator, netuid, 0, tao, high(), false)).toBe('PriceLimitExceeded')
    expect(run(validator, 'swapStakeLimit', validator, netuid, 0, tao, low(), false)).toBe(null)
  })

  it('gives it to another coldkey unless the owner forbids transfers', () => {
    expect(run(validator, 'transferStake', strong, validator, netuid, netuid, tao)).toBe(null)
    // Shares are floored.
    expect(tao - held(strong, validator)).toBeLessThanOrEqual(1n)
    expect(lastEvent()?.name).toBe('subtensorModule.StakeTransferred')
    expect(run(validator, 'transferStake', strong, validator, netuid, 0, tao)).toBe(null)
    expect(held(strong, validator, 0)).toBeGreaterThan(tao)
    expect(lab.run(owner, 'adminUtils', 'sudoSetToggleTransfer', netuid, false)).toBe(null)
    expect(run(validator, 'transferStake', strong, validator, netuid, netuid, tao)).toBe('TransferDisallowed')
    expect(run(strong, 'transferStake', validator, validator, 0, netuid, tao)).toBe('TransferDisallowed')
  })
})

describe('destroying alpha', () => {
  it.each(['recycleAlpha', 'burnAlpha'])('%s refuses in the chain’s order', name => {
    expect(run(validator, name, validator, tao, 99)).toBe('SubnetNotExists')
    expect(run(validator, name, validator, tao, 0)).toBe('CannotBurnOrRecycleOnRootSubnet')
    lab.ctx.set(storage.SubtokenEnabled, netuid, false)
    expect(run(validator, name, stranger, tao, netuid)).toBe('SubtokenDisabled')
    lab.ctx.set(storage.SubtokenEnabled, netuid, true)
    expect(run(validator, name, stranger, tao, netuid)).toBe('HotKeyAccountNotExists')
    lab.ctx.set(storage.SubnetAlphaOut, netuid, tao - 1n)
    expect(run(validator, name, validator, tao, netuid)).toBe('InsufficientLiquidity')
  })

  it('takes it from the stake; only recycling takes it from what is issued', () => {
    const [stake, issued] = [held(validator, validator), lab.ctx.get(storage.SubnetAlphaOut, netuid)]
    expect(run(validator, 'burnAlpha', validator, tao, netuid)).toBe(null)
    expect([held(validator, validator), lab.ctx.get(storage.SubnetAlphaOut, netuid)]).toEqual([stake - tao, issued])
    expect(run(validator, 'recycleAlpha', validator, 2n ** 63n, netuid)).toBe(null)
    expect([held(validator, validator), lab.ctx.get(storage.SubnetAlphaOut, netuid)]).toEqual([0n, issued - stake + tao])
    expect(lastEvent()?.name).toBe('subtensorModule.AlphaRecycled')
  })

  it('can buy it first', () => {
    expect(run(weak, 'addStakeBurn', weak, netuid, tao, low())).toBe('PriceLimitExceeded')
    const before = held(weak, weak)
    expect(run(weak, 'addStakeBurn', weak, netuid, tao, null)).toBe(null)
    expect(held(weak, weak)).toBe(before)
    expect(lastEvent()).toMatchObject({
      name: 'subtensorModule.AddStakeBurn',
      data: [netuid, expect.any(String), Number(tao), expect.any(Number)],
    })
  })
})

describe('registering at a price limit', () => {
  it('refuses root, what does not exist, and a price above it', () => {
    const price = lab.ctx.get(storage.Burn, netuid)
    expect(run(weak, 'registerLimit', 0, stranger, price)).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(run(weak, 'registerLimit', 99, stranger, price)).toBe('SubnetNotExists')
    expect(run(weak, 'registerLimit', netuid, stranger, price - 1n)).toBe('RegistrationPriceLimitExceeded')
    expect(run(weak, 'registerLimit', netuid, stranger, price)).toBe(null)
    expect(lab.ctx.get(storage.Uids, netuid, stranger)).toBe(4)
  })
})
