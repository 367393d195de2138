import { beforeEach, describe, expect, it } from 'vitest'
import { readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
const par = 1_000_000_000n

let lab: PalletLab
const run = (who: string, name: string, ...args: unknown[]) => lab.run(who, 'subtensorModule', name, ...args)
const held = (coldkey: string, hotkey: string, on = netuid) => readStake(lab.ctx, hotkey, coldkey, on)
const lastEvent = () => lab.events().at(-1)

beforeEach(() => {
  lab = createSubnetLab()
  lab.ctx.set(storage.SubtokenEnabled, 0, true)
})

describe('stake at a price limit', () => {
  it('is added only where the price allows it', () => {
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, par - 1n, false)).toBe('SlippageTooHigh')
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, par - 1n, true)).toBe('AmountTooLow')
    const before = held(strong, strong)
    expect(run(strong, 'addStakeLimit', strong, netuid, 5n * tao, par, false)).toBe(null)
    expect(held(strong, strong) - before).toBe(5n * tao)
  })

  it('is removed only where the price allows it, and never more than there is', () => {
    run(strong, 'addStake', strong, netuid, 5n * tao)
    const all = held(strong, strong)
    expect(run(strong, 'removeStakeLimit', strong, netuid, 0, par, false)).toBe('AmountTooLow')
    expect(run(strong, 'removeStakeLimit', strong, netuid, all + 1n, par, false)).toBe('NotEnoughStakeToWithdraw')
    expect(run(strong, 'removeStakeLimit', strong, netuid, tao, par + 1n, false)).toBe('SlippageTooHigh')
    expect(run(strong, 'removeStakeLimit', strong, netuid, tao, par, false)).toBe(null)
    expect(run(strong, 'removeStakeFullLimit', strong, netuid, par + 1n)).toBe('SlippageTooHigh')
    expect(run(strong, 'removeStakeFullLimit', strong, netuid, null)).toBe(null)
    expect(held(strong, strong)).toBe(0n)
  })

  it('is removed everywhere at once, and for alpha alone ends up on root', () => {
    run(strong, 'addStake', strong, netuid, 5n * tao)
    const all = held(strong, strong)
    expect(run(strong, 'unstakeAllAlpha', stranger)).toBe('HotKeyAccountNotExists')
    expect(run(strong, 'unstakeAllAlpha', strong)).toBe(null)
    expect([held(strong, strong), held(strong, strong, 0)]).toEqual([0n, all])
    expect(run(strong, 'unstakeAll', strong)).toBe(null)
    expect(held(strong, strong, 0)).toBe(0n)
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
    expect(move(validator, strong, 0, 2_000_000n)).toBe('AmountTooLow')
    expect(move(validator, strong, netuid, 1_999_999n)).toBe('AmountTooLow')
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
    expect(run(validator, 'swapStake', validator, netuid, 0, all + tao)).toBe(null)
    expect([held(validator, validator), held(validator, validator, 0)]).toEqual([0n, all])
    expect(lastEvent()).toMatchObject({
      name: 'subtensorModule.StakeSwapped',
      data: [expect.any(String), expect.any(String), netuid, 0, Number(all)],
    })
    expect(run(validator, 'swapStakeLimit', validator, 0, netuid, 5n * tao, par + 1n, false)).toBe('SlippageTooHigh')
    expect(run(validator, 'swapStakeLimit', validator, 0, netuid, 5n * tao, par, false)).toBe(null)
    expect(held(validator, validator)).toBe(5n * tao)
  })

  it('gives it to another coldkey unless the owner forbids transfers', () => {
    expect(run(validator, 'transferStake', strong, validator, netuid, netuid, tao)).toBe(null)
    expect(held(strong, validator)).toBe(tao)
    expect(lastEvent()?.name).toBe('subtensorModule.StakeTransferred')
    expect(run(validator, 'transferStake', strong, validator, netuid, 0, tao)).toBe(null)
    expect(held(strong, validator, 0)).toBe(tao)
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
    expect(run(weak, 'addStakeBurn', weak, netuid, tao, par - 1n)).toBe('SlippageTooHigh')
    const before = held(weak, weak)
    expect(run(weak, 'addStakeBurn', weak, netuid, tao, null)).toBe(null)
    expect(held(weak, weak)).toBe(before)
    expect(lastEvent()).toMatchObject({
      name: 'subtensorModule.AddStakeBurn',
      data: [netuid, expect.any(String), Number(tao), Number(tao)],
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
