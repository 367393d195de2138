import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, validator } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`

describe('set_weights', () => {
  let lab: PalletLab
  const set = (who: string, id: number, uids: number[], values: number[], version = 0) =>
    lab.run(who, 'subtensorModule', 'setWeights', id, uids, values, version)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('names the first rule that a submission breaks, in the chain’s order', () => {
    const { ctx } = lab
    ctx.set(storage.WeightsVersionKey, netuid, 5n)
    ctx.set(storage.MinAllowedWeights, netuid, 3)
    ctx.set(storage.StakeThreshold, 10n ** 15n)
    ctx.set(storage.LastUpdate, netuid, [0n, 0n, BigInt(ctx.block), 0n])
    ctx.set(storage.ValidatorPermit, netuid, [true, true, false, false])

    // Each line breaks its own rule and, where one call can, all that come after it.
    expect(set(stranger, 0, [9, 9], [1])).toBe('CommitRevealEnabled')
    for (const id of [0, 99]) ctx.set(storage.CommitRevealWeightsEnabled, id, false)
    expect(set(stranger, 0, [9, 9], [1])).toBe('CanNotSetRootNetworkWeights')
    expect(set(stranger, 99, [9, 9], [1])).toBe('WeightVecNotEqualSize')
    expect(set(stranger, 99, [9, 9, 9, 9, 9], [1, 1, 1, 1, 1])).toBe('MechanismDoesNotExist')
    expect(set(stranger, netuid, [9, 9, 9, 9, 9], [1, 1, 1, 1, 1])).toBe('UidsLengthExceedUidsInSubNet')
    expect(set(stranger, netuid, [9, 9], [1, 1])).toBe('HotKeyNotRegisteredInSubNet')
    expect(set(strong, netuid, [9, 9], [1, 1])).toBe('NotEnoughStakeToSetWeights')
    ctx.set(storage.StakeThreshold, 0n)
    expect(set(strong, netuid, [9, 9], [1, 1], 4)).toBe('IncorrectWeightVersionKey')
    expect(set(strong, netuid, [9, 9], [1, 1], 5)).toBe('SettingWeightsTooFast')
    lab.nextBlock()
    expect(set(strong, netuid, [9, 9], [1, 1], 5)).toBe('NeuronNoValidatorPermit')
    expect(set(validator, netuid, [9, 9], [1, 1], 5)).toBe('DuplicateUids')
    expect(set(validator, netuid, [9, 2], [1, 1], 6)).toBe('UidVecContainInvalidOne')
    expect(set(validator, netuid, [3, 2], [1, 1], 6)).toBe('WeightVecLengthIsLow')
    expect(set(validator, netuid, [3, 2, 1], [1, 1, 0], 6)).toBe(null)
  })

  it('stores them upscaled, moves the last update and says so', () => {
    expect(set(validator, netuid, [2, 3], [3, 1])).toBe(null)
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([
      [2, 65_535],
      [3, 21_845],
    ])
    expect(lab.ctx.get(storage.LastUpdate, netuid)[1]).toBe(BigInt(lab.ctx.block))
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.WeightsSet', data: [netuid, 1] })
  })

  it('lets the owner’s hotkey do without stake and permit, and anyone point at itself alone', () => {
    const { ctx } = lab
    ctx.set(storage.StakeThreshold, 10n ** 15n)
    ctx.set(storage.MinAllowedWeights, netuid, 1)
    ctx.set(storage.ValidatorPermit, netuid, [false, false, false, false])
    expect(set(owner, netuid, [2], [1])).toBe(null)
    expect(set(strong, netuid, [2], [1])).toBe('NotEnoughStakeToSetWeights')
    ctx.set(storage.StakeThreshold, 0n)
    expect(set(strong, netuid, [3], [1])).toBe('NeuronNoValidatorPermit')
    ctx.set(storage.MinAllowedWeights, netuid, 4)
    expect(set(strong, netuid, [2], [1])).toBe(null)
  })

  it('is kept out of the pool by too little stake and by the rate limit, and by nothing else', () => {
    const { ctx } = lab
    const refusal = (who: string) => lab.poolRefusal(who, 'subtensorModule', 'setWeights', netuid, [9, 9], [1], 0)
    expect(refusal(validator)).toBe(null)
    expect(refusal(stranger)).toBe(null)
    ctx.set(storage.LastUpdate, netuid, [0n, BigInt(ctx.block), 0n, 0n])
    expect(refusal(validator)).toBe(6)
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
    expect(refusal(validator)).toBe(null)
    ctx.set(storage.StakeThreshold, 10n ** 15n)
    expect(refusal(validator)).toBe(1)
    expect(refusal(owner)).toBe(null)
  })
})
