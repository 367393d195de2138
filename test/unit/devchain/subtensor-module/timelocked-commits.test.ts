import { blake2AsHex } from '@polkadot/util-crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { drandStorage } from '../../../../shared/devchain/pallets/drand/tables.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { encodeLegacyPayload } from '../../../../shared/timelock/weights-payload.ts'
import { type CommitLab, createCommitLab } from '../../../support/commit-lab.ts'
import { root } from '../../../support/pallet-lab.ts'
import { netuid, owner, strong, validator, weak } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`

describe('a timelocked commit', () => {
  let lab: CommitLab
  const commit = (who: string, sealed: string, round: bigint, version = 4, id = netuid) =>
    lab.run(who, 'subtensorModule', 'commitTimelockedWeights', id, sealed, round, version)
  const weightsOf = (uid: number) => lab.ctx.get(storage.Weights, netuid, uid)
  const revealed = () => lab.events().filter(({ name }) => name === 'subtensorModule.TimelockedWeightsRevealed')
  const waiting = () => lab.ctx.entries(storage.TimelockedWeightCommits, netuid).flatMap(([, queue]) => queue)
  /** A round that is out one block from now. */
  const nextRound = () => lab.ctx.get(drandStorage.LastStoredRound) + 1n

  beforeEach(() => {
    lab = createCommitLab()
  })

  it('takes effect in the first block of the next epoch, before that epoch runs, and says so', () => {
    const { revealBlock } = lab.plan()
    const round = nextRound()
    expect(commit(validator, lab.seal(round, [2, 3], [3, 1], validator), round)).toBe(null)
    expect(lab.ctx.get(storage.LastUpdate, netuid)[1]).toBe(BigInt(lab.ctx.block))
    lab.passBlocks(revealBlock - lab.ctx.block - 1)
    expect(weightsOf(1)).toEqual([])
    lab.passBlocks()
    expect(lab.ctx.block).toBe(revealBlock)
    expect(revealed()).toEqual([{ name: 'subtensorModule.TimelockedWeightsRevealed', data: [netuid, expect.any(String)] }])
    expect(weightsOf(1)).toEqual([
      [2, 65_535],
      [3, 21_845],
    ])
    expect(lab.ctx.get(storage.Incentive, netuid)[2]).toBe(49_151)
    expect(waiting()).toEqual([])
  })

  it('that was planned by the schedule opens inside its epoch, wherever in an epoch it was made', () => {
    for (const offset of [0, 1, 5, 9]) {
      lab.passToEpoch()
      lab.passBlocks(1 + offset)
      const { revealBlock, round } = lab.plan()
      expect(commit(validator, lab.seal(round, [2, 3], [offset + 1, 40], validator), round)).toBe(null)
      lab.passBlocks(revealBlock - lab.ctx.block)
      expect(revealed(), `offset ${offset}`).toEqual([])
      // Three blocks of margin, and one or two until the pulse is on the chain.
      for (let late = 0; late < 5 && revealed().length === 0; late += 1) lab.passBlocks()
      expect(revealed(), `offset ${offset}`).toHaveLength(1)
    }
  })

  it('is named by an event, with its hash and round', () => {
    expect(commit(validator, '0x0102', 77n)).toBe(null)
    const event = lab.events().find(({ name }) => name === 'subtensorModule.TimelockedWeightsCommitted')
    expect(event?.data).toEqual([expect.any(String), netuid, blake2AsHex(Uint8Array.of(1, 2)), 77])
  })

  it('waits for its pulse from block to block', () => {
    const { revealBlock } = lab.plan()
    const round = nextRound()
    expect(commit(validator, lab.seal(round, [2], [1], validator), round)).toBe(null)
    lab.passBlocks(revealBlock - lab.ctx.block - 1)
    const pulse = lab.ctx.get(drandStorage.Pulses, round)
    lab.ctx.remove(drandStorage.Pulses, round)
    lab.passBlocks(4)
    expect(weightsOf(1)).toEqual([])
    expect(waiting()).toHaveLength(1)
    if (pulse !== undefined) lab.ctx.set(drandStorage.Pulses, round, pulse)
    lab.passBlocks()
    expect(revealed()).toHaveLength(1)
    expect(weightsOf(1)).toEqual([[2, 65_535]])
  })

  it('whose pulse does not come in its epoch is dropped without a word', () => {
    const { revealBlock } = lab.plan()
    expect(commit(validator, lab.seal(1_000_000n, [2], [1], validator), 1_000_000n)).toBe(null)
    lab.passBlocks(revealBlock - lab.ctx.block + 9)
    expect(waiting()).toHaveLength(1)
    lab.passBlocks()
    expect(waiting()).toEqual([])
    expect(revealed()).toEqual([])
    expect(lab.events().filter(({ name }) => name.includes('Failed'))).toEqual([])
  })

  it('that does not open, names another hotkey or breaks a rule is dropped without a word, and harms no other', () => {
    const round = nextRound()
    const good = lab.seal(round, [2, 3], [1, 1], validator)
    // Somebody's commit sent again, bytes that are none, another round's, no payload, and weights that repeat a uid.
    for (const bad of [
      good,
      '0x0102',
      lab.seal(round + 1n, [2], [1], strong),
      lab.sealBytes(round, Uint8Array.of(1, 2, 3)),
      lab.seal(round, [2, 2], [1, 1], strong),
    ])
      expect(commit(strong, bad, round)).toBe(null)
    expect(commit(validator, good, round)).toBe(null)
    lab.ctx.set(storage.ValidatorPermit, netuid, [true, true, true, true])
    lab.passToEpoch()
    lab.passBlocks()
    expect(revealed()).toEqual([{ name: 'subtensorModule.TimelockedWeightsRevealed', data: [netuid, expect.any(String)] }])
    expect(weightsOf(1)).toHaveLength(2)
    expect(weightsOf(2)).toEqual([])
    expect(waiting()).toEqual([])
  })

  it('of an older client, without a hotkey inside, still counts', () => {
    const round = nextRound()
    expect(commit(validator, lab.sealBytes(round, encodeLegacyPayload({ uids: [2], values: [5], versionKey: 0n })), round)).toBe(null)
    lab.passToEpoch()
    lab.passBlocks()
    expect(weightsOf(1)).toEqual([[2, 65_535]])
  })

  it('made later in an epoch overrides an earlier one', () => {
    const round = nextRound()
    expect(commit(validator, lab.seal(round, [2], [1], validator), round)).toBe(null)
    expect(commit(validator, lab.seal(round, [3], [1], validator), round)).toBe(null)
    lab.passToEpoch()
    lab.passBlocks()
    expect(revealed()).toHaveLength(2)
    expect(weightsOf(1)).toEqual([[3, 65_535]])
  })

  it('waits as many epochs as the subnet asks for', () => {
    lab.ctx.set(storage.RevealPeriodEpochs, netuid, 3n)
    const { revealBlock } = lab.plan()
    const round = nextRound()
    expect(commit(validator, lab.seal(round, [2], [1], validator), round)).toBe(null)
    lab.passBlocks(revealBlock - lab.ctx.block - 1)
    expect(weightsOf(1)).toEqual([])
    lab.passBlocks()
    expect(weightsOf(1)).toEqual([[2, 65_535]])
  })

  it('is refused by the first rule that it breaks, in the chain’s order', () => {
    const { ctx } = lab
    ctx.set(storage.WeightsSetRateLimit, netuid, 5n)
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, false)
    expect(commit(stranger, '0x01', 9n, 3, 99)).toBe('MechanismDoesNotExist')
    expect(lab.run(stranger, 'subtensorModule', 'commitTimelockedMechanismWeights', netuid, 1, '0x01', 9, 3)).toBe('MechanismDoesNotExist')
    expect(commit(stranger, '0x01', 9n, 3)).toBe('CommitRevealDisabled')
    ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
    expect(commit(stranger, '0x01', 9n, 3)).toBe('IncorrectCommitRevealVersion')
    expect(commit(stranger, '0x01', 9n)).toBe('HotKeyNotRegisteredInSubNet')
    expect(commit(validator, '0x01', 9n)).toBe(null)
    expect(commit(validator, '0x01', 9n)).toBe('CommittingWeightsTooFast')
    ctx.set(storage.WeightsSetRateLimit, netuid, 0n)
    for (let more = 0; more < 9; more += 1) expect(commit(validator, '0x01', 9n)).toBe(null)
    expect(commit(validator, '0x01', 9n)).toBe('TooManyUnrevealedCommits')
    expect(lab.run(root, 'subtensorModule', 'commitTimelockedWeights', netuid, '0x01', 9, 4)).toBe('BadOrigin')
  })

  it('counts to the limit of ten per hotkey and epoch', () => {
    for (let more = 0; more < 10; more += 1) expect(commit(validator, '0x01', 9n)).toBe(null)
    expect(commit(validator, '0x01', 9n)).toBe('TooManyUnrevealedCommits')
    expect(commit(weak, '0x01', 9n)).toBe(null)
    lab.passToEpoch()
    expect(commit(validator, '0x01', 9n)).toBe('TooManyUnrevealedCommits')
    lab.passBlocks()
    expect(commit(validator, '0x01', 9n)).toBe(null)
  })

  it('stays out of the pool for too little stake and for a round that is out; its rate limit is asked in the block', () => {
    const { ctx } = lab
    lab.passBlocks(8)
    const last = ctx.get(drandStorage.LastStoredRound)
    expect(last).toBeGreaterThan(3n)
    const refusal = (who: string, round: bigint) =>
      lab.poolRefusal(who, 'subtensorModule', 'commitTimelockedWeights', netuid, '0x01', round, 4)
    ctx.set(storage.WeightsSetRateLimit, netuid, 500n)
    ctx.set(storage.LastUpdate, netuid, [0n, BigInt(ctx.block), 0n, 0n])
    expect(refusal(validator, last)).toBe(null)
    expect(refusal(validator, last - 1n)).toBe(15)
    ctx.set(storage.StakeThreshold, 10n ** 15n)
    expect(refusal(validator, last - 1n)).toBe(1)
    expect(refusal(owner, last)).toBe(null)
  })

  it('without a version stands for version 4 and fails as soon as the chain wants another', () => {
    const old = () => lab.run(validator, 'subtensorModule', 'commitCrv3MechanismWeights', netuid, 0, '0x01', 9)
    expect(old()).toBe(null)
    expect(lab.run(root, 'adminUtils', 'sudoSetCommitRevealVersion', 5)).toBe(null)
    expect(lab.events()).toContainEqual({ name: 'subtensorModule.CommitRevealVersionSet', data: [5] })
    expect(old()).toBe('IncorrectCommitRevealVersion')
    expect(commit(validator, '0x01', 9n, 5)).toBe(null)
    expect(lab.run(validator, 'adminUtils', 'sudoSetCommitRevealVersion', 4)).toBe('BadOrigin')
  })

  it('of a mechanism is kept and revealed under the mechanism’s own index', () => {
    lab.ctx.set(storage.MechanismCountCurrent, netuid, 2)
    const index = 4096 + netuid
    const round = nextRound()
    const sealed = lab.seal(round, [2], [1], validator)
    expect(lab.run(validator, 'subtensorModule', 'commitTimelockedMechanismWeights', netuid, 1, sealed, round, 4)).toBe(null)
    expect(lab.ctx.entries(storage.TimelockedWeightCommits, index)).toHaveLength(1)
    lab.passToEpoch()
    lab.passBlocks()
    expect(revealed().map(({ data }) => data[0])).toEqual([index])
    expect(lab.ctx.get(storage.Weights, index, 1)).toEqual([[2, 65_535]])
    expect(weightsOf(1)).toEqual([])
  })
})
