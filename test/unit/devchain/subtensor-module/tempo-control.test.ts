import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type PalletLab, root } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong } from '../../../support/subnet-lab.ts'

let lab: PalletLab
const run = (who: Parameters<PalletLab['run']>[0], name: string, ...args: unknown[]) =>
  lab.run(who, 'subtensorModule', name, netuid, ...args)

beforeEach(() => {
  lab = createSubnetLab()
})

describe('set_tempo', () => {
  it('is the owner’s alone, within bounds, outside the freeze window, once in 360 blocks, in this order', () => {
    const { ctx } = lab
    expect(run(strong, 'setTempo', 1)).toBe('BadOrigin')
    expect(run(root, 'setTempo', 360)).toBe('BadOrigin')
    ctx.set(storage.AdminFreezeWindow, 400)
    expect(run(owner, 'setTempo', 359)).toBe('TempoOutOfBounds')
    expect(run(owner, 'setTempo', 50_401)).toBe('TempoOutOfBounds')
    expect(run(owner, 'setTempo', 400)).toBe('AdminActionProhibitedDuringWeightsWindow')
    ctx.set(storage.AdminFreezeWindow, 0)
    expect(run(owner, 'setTempo', 400)).toBe(null)
    expect(run(owner, 'setTempo', 401)).toBe('TxRateLimitExceeded')
    lab.nextBlock(360)
    expect(run(owner, 'setTempo', 401)).toBe(null)
  })

  it('starts the epoch anew with the new length', () => {
    lab.nextBlock(3)
    expect(run(owner, 'setTempo', 360)).toBe(null)
    const { block } = lab.ctx
    expect(lab.ctx.get(storage.LastEpochBlock, netuid)).toBe(BigInt(block))
    expect(lab.events().at(-1)).toEqual({ name: 'subtensorModule.TempoSet', data: [netuid, 360] })
    const index = lab.ctx.get(storage.SubnetEpochIndex, netuid)
    lab.nextBlock(359)
    expect(lab.ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index)
    lab.nextBlock()
    expect(lab.ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index + 1n)
  })
})

describe('trigger_epoch', () => {
  it('refuses strangers, commit-reveal, a second trigger, an epoch that is near, and haste, in this order', () => {
    const { ctx } = lab
    expect(run(strong, 'triggerEpoch')).toBe('BadOrigin')
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
    ctx.set(storage.PendingEpochAt, netuid, BigInt(ctx.block + 5))
    expect(run(owner, 'triggerEpoch')).toBe('DynamicTempoBlockedByCommitReveal')
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    ctx.set(storage.AdminFreezeWindow, 20)
    expect(run(owner, 'triggerEpoch')).toBe('EpochTriggerAlreadyPending')
    ctx.set(storage.PendingEpochAt, netuid, 0n)
    expect(run(owner, 'triggerEpoch')).toBe('AutoEpochAlreadyImminent')
    ctx.set(storage.AdminFreezeWindow, 3)
    expect(run(owner, 'triggerEpoch')).toBe(null)
    lab.nextBlock(4)
    expect(run(owner, 'triggerEpoch')).toBe('TxRateLimitExceeded')
  })

  it('runs the epoch after the freeze window, in which nobody may change settings', () => {
    const { ctx } = lab
    ctx.set(storage.Tempo, netuid, 100)
    ctx.set(storage.AdminFreezeWindow, 4)
    const index = ctx.get(storage.SubnetEpochIndex, netuid)
    expect(run(owner, 'triggerEpoch')).toBe(null)
    const { block } = ctx
    expect(lab.events().at(-1)).toMatchObject({ name: 'subtensorModule.EpochTriggered', data: [netuid, expect.any(String), block + 4] })
    expect(lab.run(root, 'adminUtils', 'sudoSetRho', netuid, 3)).toBe('AdminActionProhibitedDuringWeightsWindow')
    lab.nextBlock(3)
    expect(ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index)
    lab.nextBlock()
    expect(ctx.get(storage.SubnetEpochIndex, netuid)).toBe(index + 1n)
    expect(ctx.get(storage.PendingEpochAt, netuid)).toBe(0n)
    expect(ctx.get(storage.LastEpochBlock, netuid)).toBe(BigInt(block + 4))
  })
})

describe('set_activity_cutoff_factor', () => {
  it('holds the owner to bounds, window and rate, sudo to the bounds alone', () => {
    const { ctx } = lab
    expect(run(strong, 'setActivityCutoffFactor', 5_000)).toBe('BadOrigin')
    expect(run(root, 'setActivityCutoffFactor', 999)).toBe('ActivityCutoffFactorMilliOutOfBounds')
    expect(run(root, 'setActivityCutoffFactor', 50_001)).toBe('ActivityCutoffFactorMilliOutOfBounds')
    ctx.set(storage.AdminFreezeWindow, 400)
    expect(run(owner, 'setActivityCutoffFactor', 5_000)).toBe('AdminActionProhibitedDuringWeightsWindow')
    expect(run(root, 'setActivityCutoffFactor', 4_000)).toBe(null)
    ctx.set(storage.AdminFreezeWindow, 0)
    expect(run(owner, 'setActivityCutoffFactor', 5_000)).toBe(null)
    expect(lab.events().at(-1)).toEqual({ name: 'subtensorModule.ActivityCutoffFactorMilliSet', data: [netuid, 5_000] })
    expect(run(owner, 'setActivityCutoffFactor', 6_000)).toBe('TxRateLimitExceeded')
    expect(ctx.get(storage.ActivityCutoffFactorMilli, netuid)).toBe(5_000)
  })

  it('makes a validator inactive that set no weights for so long', () => {
    expect(run(owner, 'setActivityCutoffFactor', 1_000)).toBe(null)
    lab.nextBlock(30)
    expect(lab.ctx.get(storage.Active, netuid)[1]).toBe(false)
  })
})
