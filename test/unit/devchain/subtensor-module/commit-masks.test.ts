import { beforeEach, describe, expect, it } from 'vitest'
import { readCommitBlocks } from '../../../../shared/devchain/pallets/subtensor-module/commits/read-commit-blocks.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type CommitLab, createCommitLab } from '../../../support/commit-lab.ts'
import { netuid, validator, weak } from '../../../support/subnet-lab.ts'

const hash = `0x${'ab'.repeat(32)}`

describe('weights that were committed before a uid changed hands', () => {
  let lab: CommitLab
  const commit = () => lab.run(validator, 'subtensorModule', 'commitWeights', netuid, hash)
  const incentives = () => lab.ctx.get(storage.Incentive, netuid)
  /** Gives the uid to a newcomer, as far as an epoch can tell; the validator moves its last update after that. */
  const snipe = (uid: number) => {
    lab.ctx.set(storage.BlockAtRegistration, netuid, uid, BigInt(lab.ctx.block))
    lab.passBlocks()
    lab.ctx.set(storage.LastUpdate, netuid, [0n, BigInt(lab.ctx.block), 0n, 0n])
  }
  const runEpoch = () => {
    lab.passToEpoch()
    lab.passBlocks()
  }

  beforeEach(() => {
    lab = createCommitLab()
    lab.ctx.set(storage.Weights, netuid, 1, [
      [2, 65_535],
      [3, 65_535],
    ])
    runEpoch()
  })

  it('count for nothing while the commit is still to be revealed', () => {
    expect(commit()).toBe(null)
    lab.passBlocks()
    snipe(3)
    runEpoch()
    expect(incentives()[2]).toBe(65_535)
    expect(incentives()[3]).toBe(0)
  })

  it('count again once the commit can no longer be revealed', () => {
    expect(commit()).toBe(null)
    lab.passBlocks()
    snipe(3)
    runEpoch()
    runEpoch()
    expect(incentives()[3]).toBe(32_767)
  })

  it('count where the neuron was there before the commit', () => {
    snipe(3)
    expect(commit()).toBe(null)
    runEpoch()
    expect(incentives()[3]).toBe(32_767)
  })

  it('count while commit-reveal is off', () => {
    expect(commit()).toBe(null)
    lab.passBlocks()
    snipe(3)
    lab.ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    runEpoch()
    expect(incentives()[3]).toBe(32_767)
  })

  it('are dated by the oldest commit of either kind that has not expired, per neuron', () => {
    const { ctx } = lab
    const timelocked = (who: string) => lab.run(who, 'subtensorModule', 'commitTimelockedWeights', netuid, '0x01', 1_000_000, 4)
    expect(readCommitBlocks(ctx, netuid)).toEqual([null, null, null, null])
    const first = ctx.block
    expect(timelocked(validator)).toBe(null)
    lab.passBlocks()
    expect(commit()).toBe(null)
    expect(timelocked(weak)).toBe(null)
    expect(readCommitBlocks(ctx, netuid)).toEqual([null, first, null, first + 1])
    ctx.remove(storage.TimelockedWeightCommits, netuid, ctx.get(storage.SubnetEpochIndex, netuid))
    expect(readCommitBlocks(ctx, netuid)).toEqual([null, first + 1, null, null])
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    expect(readCommitBlocks(ctx, netuid)).toBe(null)
  })
})
