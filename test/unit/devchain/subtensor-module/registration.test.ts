import { beforeEach, describe, expect, it } from 'vitest'
import { freeBalance } from '../../../../shared/devchain/pallets/balances/funds.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const newcomer = (n: number) => `0x${n.toString(16).padStart(2, '0').repeat(32)}`

describe('burned_register', () => {
  let lab: PalletLab
  const register = (hotkey: string, coldkey: string = validator, id = netuid) =>
    lab.run(coldkey, 'subtensorModule', 'burnedRegister', id, hotkey)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('refuses by the names of the real chain', () => {
    const { ctx } = lab
    expect(register(newcomer(1), validator, 0)).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(register(newcomer(1), validator, 9)).toBe('SubnetNotExists')
    expect(register(strong)).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(register(newcomer(1), newcomer(2))).toBe('NotEnoughBalanceToStake')
    ctx.set(storage.Owner, newcomer(1), owner)
    expect(register(newcomer(1))).toBe('NonAssociatedColdKey')
    ctx.set(storage.MaxAllowedUids, netuid, 0)
    expect(register(newcomer(3))).toBe('NoNeuronIdAvailable')
    ctx.set(storage.NetworkRegistrationAllowed, netuid, false)
    expect(register(newcomer(3))).toBe('SubNetRegistrationDisabled')
  })

  it('takes the price from the coldkey, gives the next uid and raises the price by 26 %', () => {
    const { ctx } = lab
    ctx.set(storage.Burn, netuid, tao)
    const before = freeBalance(ctx, validator)
    expect(register(newcomer(1))).toBe(null)
    expect(before - freeBalance(ctx, validator)).toBe(tao)
    expect(ctx.get(storage.Burn, netuid)).toBe(1_260_000_000n)
    expect(ctx.get(storage.Uids, netuid, newcomer(1))).toBe(4)
    expect(ctx.get(storage.Owner, newcomer(1))).toBe(validator)
    expect(ctx.get(storage.LastUpdate, netuid)[4]).toBe(BigInt(ctx.block))
    expect(ctx.get(storage.BlockAtRegistration, netuid, 4)).toBe(BigInt(ctx.block))
    expect(lab.events().map(event => event.name)).toContain('subtensorModule.NeuronRegistered')
  })

  it('lets the price fall to a half in a half-life, and never out of its bounds', () => {
    const { ctx } = lab
    ctx.set(storage.Burn, netuid, tao)
    ctx.set(storage.BurnHalfLife, netuid, 40)
    lab.nextBlock(40)
    expect(Number(ctx.get(storage.Burn, netuid)) / Number(tao)).toBeCloseTo(0.5, 6)
    ctx.set(storage.MinBurn, netuid, 499_000_000n)
    lab.nextBlock(2)
    expect(ctx.get(storage.Burn, netuid)).toBe(499_000_000n)
    ctx.set(storage.MaxBurn, netuid, 550_000_000n)
    expect(register(newcomer(1))).toBe(null)
    expect(ctx.get(storage.Burn, netuid)).toBe(550_000_000n)
  })

  describe('on a full subnet', () => {
    beforeEach(() => {
      const { ctx } = lab
      ctx.set(storage.MaxAllowedUids, netuid, 4)
      ctx.set(storage.ImmunityPeriod, netuid, 5)
      ctx.set(storage.MinNonImmuneUids, netuid, 0)
      ctx.set(storage.Emission, netuid, [0n, 50n, 20n, 20n])
      ctx.set(storage.Weights, netuid, 1, [
        [2, 65_535],
        [3, 100],
      ])
      ctx.set(storage.Bonds, netuid, 2, [[3, 9]])
      lab.run(strong, 'subtensorModule', 'serveAxon', netuid, 1, 16_909_060n, 8091, 4, 0, 0, 0)
    })

    it('replaces the settled neuron with the lowest emission, the older uid in a tie, never the owner', () => {
      const { ctx } = lab
      expect(register(newcomer(1))).toBe(null)
      expect(ctx.get(storage.Keys, netuid, 2)).toBe(newcomer(1))
      expect(ctx.get(storage.Uids, netuid, strong)).toBe(undefined)
      expect(ctx.get(storage.IsNetworkMember, strong, netuid)).toBe(false)
      expect(ctx.get(storage.Axons, netuid, strong)).toBe(undefined)
      expect(ctx.get(storage.SubnetworkN, netuid)).toBe(4)
    })

    it('clears what pointed at the uid and what the old neuron had', () => {
      const { ctx } = lab
      register(newcomer(1))
      expect(ctx.get(storage.Weights, netuid, 1)).toEqual([
        [2, 0],
        [3, 100],
      ])
      expect(ctx.get(storage.Bonds, netuid, 2)).toEqual([])
      expect(ctx.get(storage.Emission, netuid)[2]).toBe(0n)
      expect(ctx.get(storage.LastUpdate, netuid)[2]).toBe(BigInt(ctx.block))
    })

    it('spares the newcomers as long as more than the least number of settled ones are left', () => {
      const { ctx } = lab
      ctx.set(storage.BlockAtRegistration, netuid, 3, BigInt(ctx.block))
      ctx.set(storage.Emission, netuid, [0n, 50n, 20n, 0n])
      expect(register(newcomer(1))).toBe(null)
      expect(ctx.get(storage.Keys, netuid, 3)).toBe(weak)
      // One settled neuron is left besides the owner's; keeping one at least means that an immune one goes.
      ctx.set(storage.MinNonImmuneUids, netuid, 1)
      ctx.set(storage.Emission, netuid, [0n, 50n, 20n, 10n])
      expect(register(newcomer(2))).toBe(null)
      expect(ctx.get(storage.Keys, netuid, 3)).toBe(newcomer(2))
    })
  })
})

describe('register_network', () => {
  it('takes the lock, gives the owner uid 0 and the settings of a new subnet, and doubles the price', () => {
    const lab = createSubnetLab()
    const { ctx } = lab
    const before = freeBalance(ctx, strong)
    const cost = 2_000n * tao - (1_000n * tao * BigInt(ctx.block - 1)) / 100_800n
    expect(lab.run(strong, 'subtensorModule', 'registerNetwork', newcomer(5))).toBe(null)
    expect(Number(before - freeBalance(ctx, strong)) / Number(cost)).toBeCloseTo(1, 6)
    expect(ctx.get(storage.Keys, 3, 0)).toBe(newcomer(5))
    expect(ctx.get(storage.SubnetOwner, 3)).toBe(strong)
    expect(ctx.get(storage.Tempo, 3)).toBe(10)
    expect(ctx.get(storage.MaxAllowedValidators, 3)).toBe(64)
    expect(ctx.get(storage.MinAllowedWeights, 3)).toBe(1)
    expect(ctx.get(storage.ImmunityPeriod, 3)).toBe(5000)
    expect(ctx.get(storage.Yuma3On, 3)).toBe(true)
    expect(ctx.get(storage.LastEpochBlock, 3)).toBe(BigInt(ctx.block - 3))
    expect(lab.run(validator, 'subtensorModule', 'startCall', 3)).toBe('BadOrigin')
    expect(lab.run(strong, 'subtensorModule', 'startCall', 3)).toBe(null)
    expect(lab.run(strong, 'subtensorModule', 'startCall', 3)).toBe('FirstEmissionBlockNumberAlreadySet')
  })

  it('waits for its rate limit, in the pool and in the block, and wants the whole lock', () => {
    const lab = createSubnetLab()
    lab.ctx.set(storage.NetworkRateLimit, 7200n)
    expect(lab.poolRefusal(strong, 'subtensorModule', 'registerNetwork', strong)).toBe(6)
    expect(lab.run(strong, 'subtensorModule', 'registerNetwork', newcomer(5))).toBe('NetworkTxRateLimitExceeded')
    lab.ctx.set(storage.NetworkRateLimit, 0n)
    expect(lab.run(weak, 'subtensorModule', 'registerNetwork', strong)).toBe('NonAssociatedColdKey')
    expect(lab.run(weak, 'subtensorModule', 'registerNetwork', weak)).toBe('CannotAffordLockCost')
  })
})

describe('try_associate_hotkey and root_register', () => {
  it('gives an unowned hotkey to its caller, leaves an owned one, and lets either onto root', () => {
    const lab = createSubnetLab()
    const { ctx } = lab
    expect(lab.run(weak, 'subtensorModule', 'tryAssociateHotkey', newcomer(1))).toBe(null)
    expect(lab.run(strong, 'subtensorModule', 'tryAssociateHotkey', newcomer(1))).toBe(null)
    expect(ctx.get(storage.Owner, newcomer(1))).toBe(weak)
    expect(lab.run(weak, 'subtensorModule', 'rootRegister', newcomer(1))).toBe(null)
    expect(lab.run(weak, 'subtensorModule', 'rootRegister', newcomer(2))).toBe('TooManyRegistrationsThisBlock')
    expect(ctx.get(storage.Uids, 0, newcomer(1))).toBe(0)
  })
})
