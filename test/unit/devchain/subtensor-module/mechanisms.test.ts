import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type PalletLab, root } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong, validator, weak } from '../../../support/subnet-lab.ts'

const second = 4_096 + netuid

describe('a subnet with two mechanisms', () => {
  let lab: PalletLab
  const set = (mecid: number, uids: number[], values: number[]) =>
    lab.run(validator, 'subtensorModule', 'setMechanismWeights', netuid, mecid, uids, values, 0)

  beforeEach(() => {
    lab = createSubnetLab()
    expect(lab.run(root, 'adminUtils', 'sudoSetMaxAllowedUids', netuid, 128)).toBe(null)
    expect(lab.run(root, 'adminUtils', 'sudoSetMechanismCount', netuid, 2)).toBe(null)
    expect(lab.run(root, 'adminUtils', 'sudoSetMechanismEmissionSplit', netuid, [13_107, 52_428])).toBe(null)
    expect(set(0, [2], [1])).toBe(null)
    expect(set(1, [3], [1])).toBe(null)
  })

  it('runs an epoch of each, with weights, bonds and incentive of its own, and shares the alpha as its owner says', () => {
    const before = [strong, weak].map(hotkey => lab.ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
    lab.nextBlock(10)
    expect(lab.ctx.get(storage.Incentive, netuid)).toEqual([0, 0, 65_535, 0])
    expect(lab.ctx.get(storage.Incentive, second)).toEqual([0, 0, 0, 65_535])
    expect(lab.ctx.get(storage.Bonds, netuid, 1).map(([uid]) => uid)).toEqual([2])
    expect(lab.ctx.get(storage.Bonds, second, 1).map(([uid]) => uid)).toEqual([3])
    const [first, other] = [strong, weak].map((hotkey, k) => lab.ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid) - before[k]!)
    expect(Number((other! * 1_000n) / first!) / 1_000).toBeCloseTo(4, 2)
    expect(lab.ctx.get(storage.Consensus, netuid).slice(2)).toEqual([13_106, 52_427])
  })

  it('says what each mechanism paid, under its storage index', () => {
    lab.nextBlock(10 - Number(BigInt(lab.ctx.block) - lab.ctx.get(storage.LastEpochBlock, netuid)))
    const paid = lab.events().filter(({ name }) => name === 'subtensorModule.IncentiveAlphaEmittedToMiners')
    expect(paid.map(({ data }) => data[0]).filter(index => index !== 1)).toEqual([netuid, second])
  })

  it('counts rate limits of each for itself, and refuses a third', () => {
    lab.ctx.set(storage.WeightsSetRateLimit, netuid, 5n)
    lab.nextBlock(5)
    expect([set(0, [2], [1]), set(1, [3], [1]), set(1, [3], [1])]).toEqual([null, null, 'SettingWeightsTooFast'])
    expect(set(2, [3], [1])).toBe('MechanismDoesNotExist')
  })

  it('gives newcomers a place in every mechanism', () => {
    const newcomer = `0x${'55'.repeat(32)}`
    lab.ctx.set(storage.MinNonImmuneUids, netuid, 0)
    lab.ctx.set(storage.ImmunityPeriod, netuid, 1)
    lab.ctx.set(storage.MaxAllowedUids, netuid, 4)
    expect(lab.run(validator, 'subtensorModule', 'burnedRegister', netuid, newcomer)).toBe(null)
    const uid = lab.ctx.get(storage.Uids, netuid, newcomer)!
    expect(lab.ctx.get(storage.LastUpdate, second)[uid]).toBe(BigInt(lab.ctx.block))
    expect(lab.ctx.get(storage.Incentive, second)[uid]).toBe(0)
    const towards = lab.ctx
      .get(storage.Weights, second, 1)
      .concat(lab.ctx.get(storage.Weights, netuid, 1))
      .filter(([to]) => to === uid)
    for (const [, value] of towards) expect(value).toBe(0)
  })

  it('shows each in a mechagraph', () => {
    lab.nextBlock(10)
    const whole = lab.api('SubnetInfoRuntimeApi', 'get_mechagraph', Buffer.from([netuid, 0, 1])).toJSON() as Record<string, unknown>
    expect(whole).toMatchObject({ netuid: second, incentives: [0, 0, 0, 65_535], tempo: 10 })
    expect(lab.api('SubnetInfoRuntimeApi', 'get_mechagraph', Buffer.from([netuid, 0, 2])).toJSON()).toBe(null)
    const wanted = Buffer.from([netuid, 0, 1, 8, 59, 0, 62, 0])
    const chosen = lab.api('SubnetInfoRuntimeApi', 'get_selective_mechagraph', wanted).toJSON()
    expect(chosen).toMatchObject({ netuid, incentives: [0, 0, 0, 65_535], tempo: null })
    const all = lab.api('SubnetInfoRuntimeApi', 'get_all_mechagraphs').toJSON() as { netuid: number }[]
    expect(all.map(one => one.netuid).sort((a, b) => a - b)).toEqual([0, 1, netuid, second])
  })
})

describe('batch_set_weights', () => {
  let lab: PalletLab
  const batch = (netuids: number[], weights: [number, number][][], keys: number[]) => [
    lab.poolRefusal(validator, 'subtensorModule', 'batchSetWeights', netuids, weights, keys),
    lab.run(validator, 'subtensorModule', 'batchSetWeights', netuids, weights, keys),
  ]
  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('refuses lists of different lengths and too little stake in the pool already', () => {
    expect(batch([netuid], [], [0])).toEqual([18, 'InputLengthsUnequal'])
    lab.ctx.set(storage.StakeThreshold, 2n ** 60n)
    expect(batch([netuid], [[[2, 1]]], [0])[0]).toBe(1)
  })

  it('goes on past items that fail, which events name with their errors', () => {
    lab.ctx.set(storage.CommitRevealWeightsEnabled, 0, false)
    expect(
      batch(
        [1, netuid, 0, netuid],
        [
          [[0, 1]],
          [
            [2, 5],
            [3, 10],
          ],
          [],
          [[2, 1]],
        ],
        [0, 0, 0, 0],
      ),
    ).toEqual([null, null])
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([
      [2, 32_768],
      [3, 65_535],
    ])
    const names = lab.events().map(({ name }) => name.split('.')[1])
    expect(names.slice(-6)).toEqual([
      'WeightsSet',
      'BatchCompletedWithErrors',
      'BatchWeightItemFailed',
      'BatchWeightItemFailed',
      'BatchWeightItemFailed',
      'BatchWeightsCompleted',
    ])
    expect(
      lab
        .events()
        .filter(({ name }) => name.endsWith('ItemFailed'))
        .map(({ data }) => data[0]),
    ).toEqual([1, 0, netuid])
    expect(
      lab
        .events()
        .filter(({ name }) => name.endsWith('ItemFailed'))
        .map(({ data }) => data[1]),
    ).toEqual([
      { module: { index: 7, error: '0x35000000' } },
      { module: { index: 7, error: '0x2f000000' } },
      { module: { index: 7, error: '0x1d000000' } },
    ])
  })
})
