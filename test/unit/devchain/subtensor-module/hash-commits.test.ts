import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { hashWeights } from '../../../../shared/timelock/hash-weights.ts'
import { type CommitLab, createCommitLab } from '../../../support/commit-lab.ts'
import { netuid, owner, strong, validator } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
const salt = [1, 2, 3]

describe('a hash commit', () => {
  let lab: CommitLab
  const hashOf = (who: string, uids: number[], values: number[], index = netuid) =>
    `0x${Buffer.from(hashWeights({ hotkey: Buffer.from(who.slice(2), 'hex'), netuidIndex: index, uids, values, salt, versionKey: 0n })).toString('hex')}`
  const commit = (who: string, hash: string, id = netuid) => lab.run(who, 'subtensorModule', 'commitWeights', id, hash)
  const reveal = (who: string, uids: number[], values: number[], id = netuid) =>
    lab.run(who, 'subtensorModule', 'revealWeights', id, uids, values, salt, 0)
  const poolReveal = (who: string, uids: number[]) =>
    lab.poolRefusal(
      who,
      'subtensorModule',
      'revealWeights',
      netuid,
      uids,
      uids.map(() => 1),
      salt,
      0,
    )
  const toNextEpoch = () => {
    lab.passToEpoch()
    lab.passBlocks()
  }

  beforeEach(() => {
    lab = createCommitLab()
  })

  it('is revealed in the next epoch: the weights are set, the commit and those before it are gone', () => {
    const hash = hashOf(validator, [2, 3], [1, 2])
    expect(commit(validator, hashOf(validator, [2], [9]))).toBe(null)
    expect(commit(validator, hash)).toBe(null)
    expect(commit(validator, hashOf(validator, [3], [9]))).toBe(null)
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.WeightsCommitted', data: [expect.any(String), netuid, hash] })
    const { block } = lab.ctx
    expect(lab.ctx.get(storage.LastUpdate, netuid)[1]).toBe(BigInt(block))
    toNextEpoch()
    expect(reveal(validator, [2, 3], [1, 2])).toBe(null)
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([
      [2, 32_768],
      [3, 65_535],
    ])
    expect(lab.ctx.get(storage.LastUpdate, netuid)[1]).toBe(BigInt(block))
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.WeightsRevealed', data: [expect.any(String), netuid, hash] })
    expect(lab.ctx.get(storage.WeightCommits, netuid, validator)).toHaveLength(1)
    expect(reveal(validator, [2], [9])).toBe('InvalidRevealCommitHashNotMatch')
    expect(reveal(validator, [3], [9])).toBe(null)
    expect(lab.ctx.get(storage.WeightCommits, netuid, validator)).toBe(undefined)
  })

  it('is refused by the first rule that it breaks, in the chain’s order', () => {
    const { ctx } = lab
    const hash = hashOf(validator, [2], [1])
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    expect(commit(stranger, hash, 99)).toBe('MechanismDoesNotExist')
    expect(lab.run(stranger, 'subtensorModule', 'commitMechanismWeights', netuid, 1, hash)).toBe('MechanismDoesNotExist')
    expect(commit(stranger, hash)).toBe('CommitRevealDisabled')
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
    expect(commit(stranger, hash)).toBe('HotKeyNotRegisteredInSubNet')
    expect(commit(validator, hash)).toBe(null)
    ctx.set(storage.WeightsSetRateLimit, netuid, 2n)
    expect(commit(validator, hash)).toBe('CommittingWeightsTooFast')
    lab.passBlocks(2)
    expect(commit(validator, hash)).toBe(null)
  })

  it('is one too many after ten that wait, until they expire', () => {
    for (let made = 0; made < 10; made += 1) expect(commit(validator, hashOf(validator, [made], [1]))).toBe(null)
    expect(commit(validator, hashOf(validator, [2], [1]))).toBe('TooManyUnrevealedCommits')
    toNextEpoch()
    expect(commit(validator, hashOf(validator, [2], [1]))).toBe('TooManyUnrevealedCommits')
    toNextEpoch()
    expect(commit(validator, hashOf(validator, [2], [1]))).toBe(null)
    expect(lab.ctx.get(storage.WeightCommits, netuid, validator)).toHaveLength(1)
  })

  it('can be revealed in its one epoch alone, and only as it was made', () => {
    expect(reveal(validator, [2], [1])).toBe('NoWeightsCommitFound')
    expect(commit(validator, hashOf(validator, [2], [1]))).toBe(null)
    expect(reveal(validator, [2], [1])).toBe('RevealTooEarly')
    expect(reveal(validator, [2], [7])).toBe('InvalidRevealCommitHashNotMatch')
    lab.ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    expect(reveal(validator, [2], [1])).toBe('CommitRevealDisabled')
    lab.ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
    toNextEpoch()
    toNextEpoch()
    expect(reveal(validator, [2], [1])).toBe('ExpiredWeightCommit')
    expect(reveal(validator, [2], [7])).toBe('NoWeightsCommitFound')
  })

  it('reveals into the rules of set_weights, and stays where they refuse', () => {
    expect(commit(strong, hashOf(strong, [3], [1]))).toBe(null)
    toNextEpoch()
    expect(reveal(strong, [3], [1])).toBe('NeuronNoValidatorPermit')
    expect(lab.ctx.get(storage.WeightCommits, netuid, strong)).toHaveLength(1)
  })

  it('stays out of the pool for too little stake and for haste; its reveal for no such commit and for the wrong epoch', () => {
    const { ctx } = lab
    const poolCommit = (who: string) => lab.poolRefusal(who, 'subtensorModule', 'commitWeights', netuid, hashOf(who, [2], [1]))
    expect(poolReveal(validator, [2])).toBe(16)
    expect(commit(validator, hashOf(validator, [2], [1]))).toBe(null)
    expect(poolReveal(validator, [3])).toBe(16)
    expect(poolReveal(validator, [2])).toBe(17)
    expect(poolCommit(validator)).toBe(null)
    ctx.set(storage.WeightsSetRateLimit, netuid, 50n)
    expect(poolCommit(validator)).toBe(6)
    toNextEpoch()
    expect(poolReveal(validator, [2])).toBe(null)
    ctx.set(storage.StakeThreshold, 10n ** 15n)
    expect(poolCommit(validator)).toBe(1)
    expect(poolReveal(validator, [2])).toBe(1)
    ctx.set(storage.WeightsSetRateLimit, netuid, 0n)
    expect(poolCommit(owner)).toBe(null)
  })

  it('of a mechanism is hashed and kept with the mechanism’s own index', () => {
    lab.ctx.set(storage.MechanismCountCurrent, netuid, 2)
    const index = 4096 + netuid
    expect(lab.run(validator, 'subtensorModule', 'commitMechanismWeights', netuid, 1, hashOf(validator, [2], [1], index))).toBe(null)
    toNextEpoch()
    expect(reveal(validator, [2], [1])).toBe('NoWeightsCommitFound')
    const revealed = lab.run(validator, 'subtensorModule', 'revealMechanismWeights', netuid, 1, [2], [1], salt, 0)
    expect(revealed).toBe(null)
    expect(lab.ctx.get(storage.Weights, index, 1)).toEqual([[2, 65_535]])
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([])
  })

  it('on several subnets at once fails where it must and is stored where it may', () => {
    const hash = hashOf(validator, [2], [1])
    const batch = (netuids: number[], hashes: string[]) => lab.run(validator, 'subtensorModule', 'batchCommitWeights', netuids, hashes)
    expect(batch([netuid], [])).toBe('InputLengthsUnequal')
    expect(lab.poolRefusal(validator, 'subtensorModule', 'batchCommitWeights', [netuid], [])).toBe(18)
    expect(batch([netuid, 99, 1], [hash, hash, hash])).toBe(null)
    const names = lab.events().map(({ name }) => name.replace('subtensorModule.', ''))
    expect(names.slice(-5)).toEqual([
      'WeightsCommitted',
      'BatchCompletedWithErrors',
      'BatchWeightItemFailed',
      'BatchWeightItemFailed',
      'BatchWeightsCompleted',
    ])
    expect(lab.ctx.get(storage.WeightCommits, netuid, validator)).toHaveLength(1)
    lab.ctx.set(storage.StakeThreshold, 10n ** 15n)
    expect(lab.poolRefusal(validator, 'subtensorModule', 'batchCommitWeights', [netuid], [hash])).toBe(1)
  })

  it('is revealed together with others all or none', () => {
    const batch = (lists: number[][], salts = lists.map(() => salt)) =>
      lab.run(validator, 'subtensorModule', 'batchRevealWeights', netuid, lists, lists, salts, Array(lists.length).fill(0))
    expect(batch([[2]], [])).toBe('InputLengthsUnequal')
    expect(batch([[2]])).toBe('NoWeightsCommitFound')
    for (const uids of [[2], [3], [1]]) expect(commit(validator, hashOf(validator, uids, uids))).toBe(null)
    expect(batch([[2]])).toBe('RevealTooEarly')
    toNextEpoch()
    expect(batch([[2], [9]])).toBe('InvalidRevealCommitHashNotMatch')
    expect(batch([[2], [2]])).toBe('InvalidRevealCommitHashNotMatch')
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([])
    expect(batch([[2], [3]])).toBe(null)
    expect(lab.ctx.get(storage.Weights, netuid, 1)).toEqual([[3, 65_535]])
    expect(lab.ctx.get(storage.WeightCommits, netuid, validator)).toHaveLength(1)
    const hashes = [hashOf(validator, [2], [2]), hashOf(validator, [3], [3])]
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.WeightsBatchRevealed', data: [expect.any(String), netuid, hashes] })
    toNextEpoch()
    expect(batch([[1]])).toBe('ExpiredWeightCommit')
  })
})
