import { beforeEach, describe, expect, it } from 'vitest'
import { presets } from '../../../../shared/devchain/genesis/presets.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { createPalletLab, type PalletLab, root } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const accounts = [owner, validator, strong, weak]

describe('an epoch', () => {
  let lab: PalletLab
  const stakes = () => accounts.map(hotkey => lab.ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
  const blocksToEpoch = () => Number(lab.ctx.get(storage.LastEpochBlock, netuid)) + 10 - lab.ctx.block
  const setWeights = (uids: number[], values: number[]) => lab.run(validator, 'subtensorModule', 'setWeights', netuid, uids, values, 0)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('pays a tempo’s alpha: 18 % to the owner, 41 % to miners by weight, 41 % to validators', () => {
    expect(setWeights([2, 3], [3, 1])).toBe(null)
    lab.nextBlock(blocksToEpoch())
    const before = stakes()
    expect(setWeights([2, 3], [3, 1])).toBe(null)
    lab.nextBlock(10)
    const [toOwner, toValidator, toStrong, toWeak] = stakes().map((stake, index) => Number(stake - (before[index] ?? 0n)) / 1e10)
    expect(toOwner).toBeCloseTo(0.18, 4)
    expect(toValidator).toBeCloseTo(0.41, 4)
    expect(toStrong).toBeCloseTo(0.41 * 0.75, 4)
    expect(toWeak).toBeCloseTo(0.41 * 0.25, 4)
    expect(lab.ctx.get(storage.Incentive, netuid)[2]).toBe(49_151)
  })

  it('runs every tempo, counts, and says what each uid’s mining earned', () => {
    setWeights([2, 3], [3, 1])
    const index = lab.ctx.get(storage.SubnetEpochIndex, netuid)
    lab.nextBlock(blocksToEpoch())
    expect(lab.ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index + 1n)
    expect(lab.ctx.get(storage.LastMechansimStepBlock, netuid)).toBe(BigInt(lab.ctx.block))
    expect(lab.ctx.get(storage.BlocksSinceLastStep, netuid)).toBe(0n)
    expect(lab.ctx.get(storage.PendingServerEmission, netuid)).toBe(0n)
    const emitted = lab.events().find(({ name, data }) => name === 'subtensorModule.IncentiveAlphaEmittedToMiners' && data[0] === netuid)
    expect(emitted?.data[1]).toEqual([0, 0, 3_075_017_160, 1_025_005_720])
    lab.nextBlock(9)
    expect(lab.ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index + 1n)
    lab.nextBlock()
    expect(lab.ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index + 2n)
  })

  it('gives validators everything when nobody has set weights, in proportion to stake', () => {
    const before = stakes()
    lab.nextBlock(10)
    const paid = stakes().map((stake, index) => Number(stake - (before[index] ?? 0n)) / 1e10)
    expect(paid[1]).toBeGreaterThan(0.7)
    expect(paid[2]).toBe(0)
  })

  it('withholds what falls on the owner’s own hotkeys and remembers the part', () => {
    expect(setWeights([0, 2], [1, 1])).toBe(null)
    lab.nextBlock(blocksToEpoch())
    expect(Number(lab.ctx.get(storage.MinerBurned, netuid)) / 2 ** 32).toBeCloseTo(0.5, 3)
    const before = stakes()
    lab.nextBlock(10)
    const paid = stakes().map((stake, index) => Number(stake - (before[index] ?? 0n)) / 1e10)
    expect(paid[0]).toBeCloseTo(0.18, 4)
    expect(paid[2]).toBeCloseTo(0.205, 4)
  })

  it('takes its stake weight from root TAO too, by TaoWeight', () => {
    lab.ctx.set(storage.TotalHotkeyAlpha, weak, 0, 10_000n * tao)
    lab.nextBlock(blocksToEpoch())
    const weight = lab.ctx.get(storage.StakeWeight, netuid)
    // 10,000 x 0.0527 = 527 TAO against about 120.
    expect((weight[3] ?? 0) / 65_535).toBeGreaterThan(0.75)
  })

  it('gives no permit before there is stake, and the first ones with the first epoch after it', () => {
    const fresh = createPalletLab(presets.fast)
    fresh.run(owner, 'subtensorModule', 'registerNetwork', owner)
    fresh.run(owner, 'subtensorModule', 'startCall', netuid)
    fresh.run(validator, 'subtensorModule', 'burnedRegister', netuid, validator)
    expect(fresh.ctx.get(storage.ValidatorPermit, netuid)).toEqual([false, false])
    expect(fresh.run(validator, 'subtensorModule', 'addStake', validator, netuid, tao)).toBe(null)
    fresh.nextBlock(10)
    expect(fresh.ctx.get(storage.ValidatorPermit, netuid)).toEqual([true, true])
  })

  it('waits a block where more subnets are due than may run', () => {
    const { ctx } = lab
    ctx.set(storage.MaxEpochsPerBlock, 1)
    ctx.set(storage.LastEpochBlock, 1, BigInt(ctx.block - 9))
    ctx.set(storage.LastEpochBlock, netuid, BigInt(ctx.block - 9))
    lab.nextBlock()
    expect(ctx.get(storage.LastEpochBlock, netuid)).toBe(BigInt(ctx.block - 10))
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.EpochDeferred', data: [netuid, ctx.block, ctx.block + 1] })
    lab.nextBlock()
    expect(ctx.get(storage.LastEpochBlock, netuid)).toBe(BigInt(ctx.block))
  })

  it('mints no alpha before the start call, nor while registration is closed', () => {
    const { ctx } = lab
    expect(ctx.get(storage.SubnetAlphaOut, 1)).toBe(tao)
    expect(lab.run(root, 'adminUtils', 'sudoSetNetworkRegistrationAllowed', netuid, false)).toBe(null)
    const out = ctx.get(storage.SubnetAlphaOut, netuid)
    lab.nextBlock(3)
    expect(ctx.get(storage.SubnetAlphaOut, netuid)).toBe(out)
  })
})
