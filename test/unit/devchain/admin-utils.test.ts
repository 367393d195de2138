import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { subnetAccount } from '../../../shared/devchain/pallets/subtensor-module/subnets/subnet-account.ts'
import { systemStorage } from '../../../shared/devchain/pallets/system.ts'
import { type PalletLab, root } from '../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong } from '../../support/subnet-lab.ts'

describe('the calls that change a subnet’s settings', () => {
  let lab: PalletLab
  const admin = (origin: Parameters<PalletLab['run']>[0], name: string, ...args: unknown[]) => lab.run(origin, 'adminUtils', name, ...args)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('are for the owner and sudo alone', () => {
    expect(admin(strong, 'sudoSetImmunityPeriod', netuid, 7)).toBe('BadOrigin')
    expect(admin(owner, 'sudoSetImmunityPeriod', netuid, 7)).toBe(null)
    expect(lab.ctx.get(storage.ImmunityPeriod, netuid)).toBe(7)
    expect(admin(root, 'sudoSetImmunityPeriod', netuid, 8)).toBe(null)
    expect(admin(root, 'sudoSetImmunityPeriod', 99, 8)).toBe('SubnetDoesNotExist')
  })

  it('let the owner change each setting once in so many tempos, and sudo always', () => {
    expect(admin(owner, 'sudoSetImmunityPeriod', netuid, 7)).toBe(null)
    expect(admin(owner, 'sudoSetImmunityPeriod', netuid, 8)).toBe('TxRateLimitExceeded')
    expect(admin(owner, 'sudoSetMinAllowedWeights', netuid, 2)).toBe(null)
    expect(admin(root, 'sudoSetImmunityPeriod', netuid, 8)).toBe(null)
    lab.nextBlock(19)
    expect(admin(owner, 'sudoSetImmunityPeriod', netuid, 9)).toBe('TxRateLimitExceeded')
    lab.nextBlock()
    expect(admin(owner, 'sudoSetImmunityPeriod', netuid, 9)).toBe(null)
  })

  it('limit the weights’ version key to once in five tempos', () => {
    expect(admin(owner, 'sudoSetWeightsVersionKey', netuid, 1)).toBe(null)
    lab.nextBlock(49)
    expect(admin(owner, 'sudoSetWeightsVersionKey', netuid, 2)).toBe('TxRateLimitExceeded')
    lab.nextBlock()
    expect(admin(owner, 'sudoSetWeightsVersionKey', netuid, 2)).toBe(null)
  })

  it('are frozen shortly before an epoch, for sudo too, and while one is triggered', () => {
    const { ctx } = lab
    ctx.set(storage.AdminFreezeWindow, 3)
    ctx.set(storage.LastEpochBlock, netuid, BigInt(ctx.block - 7))
    expect(admin(owner, 'sudoSetRho', netuid, 11)).toBe(null)
    lab.nextBlock()
    expect(admin(root, 'sudoSetRho', netuid, 12)).toBe('AdminActionProhibitedDuringWeightsWindow')
    ctx.set(storage.AdminFreezeWindow, 0)
    expect(admin(root, 'sudoSetRho', netuid, 12)).toBe(null)
    ctx.set(storage.PendingEpochAt, netuid, BigInt(ctx.block + 1))
    expect(admin(root, 'sudoSetRho', netuid, 13)).toBe('AdminActionProhibitedDuringWeightsWindow')
  })

  it.each([
    ['sudoSetServingRateLimit', [5], 'ServingRateLimit', '0500000000000000'],
    ['sudoSetActivityCutoff', [360], 'ActivityCutoff', '6801'],
    ['sudoSetMinBurn', [700_000], 'MinBurn', '60ae0a0000000000'],
    ['sudoSetMaxBurn', [200_000_000], 'MaxBurn', '00c2eb0b00000000'],
    ['sudoSetBondsMovingAverage', [975_000], 'BondsMovingAverage', '98e00e0000000000'],
    ['sudoSetBondsPenalty', [1], 'BondsPenalty', '0100'],
    ['sudoSetCommitRevealWeightsEnabled', [true], 'CommitRevealWeightsEnabled', '01'],
    ['sudoSetLiquidAlphaEnabled', [true], 'LiquidAlphaOn', '01'],
    ['sudoSetYuma3Enabled', [false], 'Yuma3On', '00'],
    ['sudoSetMaxAllowedUids', [64], 'MaxAllowedUids', '4000'],
    ['sudoSetBurnHalfLife', [36_100], 'BurnHalfLife', '048d'],
    ['sudoSetBurnIncreaseMult', [{ bits: 3n << 64n }], 'BurnIncreaseMult', '00000000000000000300000000000000'],
    ['sudoSetAlphaSigmoidSteepness', [7], 'AlphaSigmoidSteepness', '0700'],
    ['sudoSetBondsResetEnabled', [true], 'BondsResetOn', '01'],
    ['sudoSetRecycleOrBurn', ['Recycle'], 'RecycleOrBurn', '01'],
    ['sudoSetMaxDifficulty', [9], 'MaxDifficulty', '0900000000000000'],
    ['sudoSetAdjustmentAlpha', [9], 'AdjustmentAlpha', '0900000000000000'],
    ['sudoSetCommitRevealWeightsInterval', [100], 'RevealPeriodEpochs', '6400000000000000'],
    ['sudoSetToggleTransfer', [false], 'TransferToggle', '00'],
    ['sudoSetOwnerImmuneNeuronLimit', [10], 'ImmuneOwnerUidsLimit', '0a00'],
    ['sudoSetOwnerCutEnabled', [false], 'OwnerCutEnabled', '00'],
    ['sudoSetMinChildkeyTakePerSubnet', [11_796], 'MinChildkeyTakePerSubnet', '142e'],
    ['sudoSetOwnerCutAutoLockEnabled', [true], 'OwnerCutAutoLockEnabled', '01'],
  ] as const)('%s writes what the owner asks', (name, args, item, bytes) => {
    expect(admin(owner, name, netuid, ...args)).toBe(null)
    expect(Buffer.from(lab.ctx.getRaw(storage[item].keyOf([netuid])) ?? []).toString('hex')).toBe(bytes)
  })

  it.each([
    ['sudoSetActivityCutoff', [359], 'ActivityCutoffTooLow'],
    ['sudoSetMinBurn', [1_000_000_000], 'ValueNotInBounds'],
    ['sudoSetMaxBurn', [100_000_000], 'ValueNotInBounds'],
    ['sudoSetBondsMovingAverage', [975_001], 'BondsMovingAverageMaxReached'],
    ['sudoSetMaxAllowedUids', [63], 'MaxAllowedUidsLessThanMinAllowedUids'],
    ['sudoSetMaxAllowedUids', [257], 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids'],
    ['sudoSetBurnHalfLife', [36_101], 'InvalidValue'],
    ['sudoSetBurnIncreaseMult', [{ bits: (3n << 64n) + 1n }], 'InvalidValue'],
    ['sudoSetAlphaSigmoidSteepness', [-1], 'NegativeSigmoidSteepness'],
    ['sudoSetAlphaValues', [2000, 3000], 'LiquidAlphaDisabled'],
    ['sudoSetCommitRevealWeightsInterval', [101], 'RevealPeriodTooLarge'],
    ['sudoSetCommitRevealWeightsInterval', [0], 'RevealPeriodTooSmall'],
    ['sudoSetOwnerImmuneNeuronLimit', [0], 'InvalidValue'],
    ['sudoSetOwnerImmuneNeuronLimit', [11], 'InvalidValue'],
    ['sudoSetMinChildkeyTakePerSubnet', [11_797], 'InvalidValue'],
    ['sudoSetMechanismCount', [0], 'InvalidValue'],
    ['sudoSetMechanismCount', [3], 'InvalidValue'],
    ['sudoSetMechanismCount', [2], 'TooManyUIDsPerMechanism'],
    ['sudoSetMechanismEmissionSplit', [[30_000, 35_535]], 'InvalidValue'],
    ['sudoSetMechanismEmissionSplit', [[65_534]], 'InvalidValue'],
  ] as const)('%s refuses what is out of bounds', (name, args, error) => {
    expect(admin(owner, name, netuid, ...args)).toBe(error)
  })

  it.each([
    ['sudoSetWeightsSetRateLimit', [netuid, 3]],
    ['sudoSetKappa', [netuid, 3]],
    ['sudoSetNetworkRegistrationAllowed', [netuid, true]],
    ['sudoSetMaxAllowedValidators', [netuid, 3]],
    ['sudoSetSubnetOwnerCut', [3]],
    ['sudoSetNetworkRateLimit', [3]],
    ['sudoSetTempo', [netuid, 30]],
    ['sudoSetStakeThreshold', [3]],
    ['sudoSetSubtokenEnabled', [netuid, true]],
    ['sudoSetAdminFreezeWindow', [3]],
    ['sudoSetOwnerHparamRateLimit', [3]],
    ['sudoSetSubnetEmissionEnabled', [netuid, true]],
    ['sudoSetMaxEpochsPerBlock', [3]],
    ['sudoSetMaxMechanismCount', [16]],
  ] as const)('%s is for sudo alone', (name, args) => {
    expect(admin(owner, name, ...args)).toBe('BadOrigin')
    expect(admin(root, name, ...args)).toBe(null)
  })

  it('let the owner hotkey change once in 50,400 blocks, whoever asks, and never to an account of the chain', () => {
    const { ctx } = lab
    expect(admin(strong, 'sudoSetSnOwnerHotkey', netuid, strong)).toBe('BadOrigin')
    expect(admin(owner, 'sudoSetSnOwnerHotkey', netuid, subnetAccount(netuid))).toBe('CannotUseSystemAccount')
    expect(admin(owner, 'sudoSetSnOwnerHotkey', netuid, strong)).toBe(null)
    expect(admin(root, 'sudoSetSubnetOwnerHotkey', netuid, owner)).toBe('TxRateLimitExceeded')
    expect(ctx.get(storage.SubnetOwnerHotkey, netuid)).toBe(strong)
    ctx.set(storage.LastRateLimitedBlock, { type: 'SetSNOwnerHotkey', value: netuid }, 1n)
    ctx.set(systemStorage.Number, 50_401)
    expect(admin(root, 'sudoSetSubnetOwnerHotkey', netuid, owner)).toBe(null)
  })

  it('let the owner cut change as often as the owner likes, but not in the freeze window', () => {
    expect(admin(owner, 'sudoSetOwnerCutEnabled', netuid, false)).toBe(null)
    expect(admin(owner, 'sudoSetOwnerCutEnabled', netuid, true)).toBe(null)
    expect(admin(root, 'sudoSetOwnerCutEnabled', 0, true)).toBe('NotPermittedOnRootSubnet')
    lab.ctx.set(storage.AdminFreezeWindow, 400)
    expect(admin(owner, 'sudoSetOwnerCutEnabled', netuid, false)).toBe('AdminActionProhibitedDuringWeightsWindow')
  })

  it('give a subnet mechanisms where its neurons leave room, once in 7,200 blocks', () => {
    const { ctx } = lab
    expect(admin(owner, 'sudoSetMaxAllowedUids', netuid, 128)).toBe(null)
    expect(admin(owner, 'sudoSetMechanismCount', netuid, 2)).toBe(null)
    expect(admin(owner, 'sudoSetMechanismCount', netuid, 1)).toBe('TxRateLimitExceeded')
    expect(admin(owner, 'sudoSetMechanismEmissionSplit', netuid, [15_535, 50_000])).toBe(null)
    expect(ctx.get(storage.MechanismEmissionSplit, netuid)).toEqual([15_535, 50_000])
    ctx.set(storage.Weights, 4_096 + netuid, 1, [[2, 65_535]])
    expect(admin(root, 'sudoSetMechanismCount', netuid, 1)).toBe(null)
    expect(ctx.get(storage.MechanismEmissionSplit, netuid)).toBe(undefined)
    expect(ctx.get(storage.Weights, 4_096 + netuid, 1)).toEqual([])
    expect(admin(root, 'sudoSetMechanismCount', 99, 1)).toBe('MechanismDoesNotExist')
  })

  it('check both ends of liquid alpha', () => {
    expect(admin(root, 'sudoSetLiquidAlphaEnabled', netuid, true)).toBe(null)
    expect(admin(root, 'sudoSetAlphaValues', netuid, 1638, 1637)).toBe('AlphaHighTooLow')
    expect(admin(root, 'sudoSetAlphaValues', netuid, 1637, 1638)).toBe('AlphaLowOutOfRange')
    expect(admin(root, 'sudoSetAlphaValues', netuid, 1700, 1699)).toBe('AlphaLowOutOfRange')
    expect(admin(root, 'sudoSetAlphaValues', netuid, 1638, 1638)).toBe(null)
  })

  it('start the tempo anew where sudo changes it', () => {
    lab.nextBlock(3)
    expect(admin(root, 'sudoSetTempo', netuid, 30)).toBe(null)
    expect(lab.ctx.get(storage.LastEpochBlock, netuid)).toBe(BigInt(lab.ctx.block))
  })
})
