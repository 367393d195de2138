import type { Context } from '../../../shared/devchain/context.ts'
import { drandStorage } from '../../../shared/devchain/pallets/drand/tables.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { hashWeights } from '../../../shared/timelock/hash-weights.ts'
import { accountOf, netuid, people, type Refusal, type RefusalLab } from './refusal-lab.ts'

const hugeStake = 1n << 62n
const set = (lab: RefusalLab, uids: readonly number[], values: readonly number[] = uids.map(() => 1), versionKey = 0n) =>
  lab.chain.submitWeights(people().bobHot, { netuid, uids, values, versionKey }, { until: 'included' })
const justUpdated = (ctx: Context) => {
  ctx.set(storage.WeightsSetRateLimit, netuid, 1_000n)
  ctx.set(storage.LastUpdate, netuid, [BigInt(ctx.block), BigInt(ctx.block), BigInt(ctx.block)])
}

/** Weights in the open, in the chain's order of checks. */
export const weightsRefusals = (): readonly Refusal[] => [
  {
    name: 'CanNotSetRootNetworkWeights',
    state: ctx => ctx.set(storage.CommitRevealWeightsEnabled, 0, false),
    act: lab => lab.send(people().bobHot, 'subtensorModule.setWeights', 0, [0], [1], 0),
  },
  { name: 'WeightVecNotEqualSize', act: lab => set(lab, [0, 1], [1]) },
  { name: 'InputLengthsUnequal', act: lab => lab.send(people().bobHot, 'subtensorModule.batchSetWeights', [netuid], [], [0]) },
  {
    name: 'MechanismDoesNotExist',
    act: lab => lab.send(people().bobHot, 'subtensorModule.setMechanismWeights', netuid, 7, [0], [1], 0),
  },
  { name: 'UidsLengthExceedUidsInSubNet', act: lab => set(lab, [0, 1, 2, 3]) },
  { name: 'HotKeyNotRegisteredInSubNet', act: lab => lab.send(people().stranger, 'subtensorModule.setWeights', netuid, [0], [1], 0) },
  {
    name: 'StakeAmountTooLow',
    state: ctx => ctx.set(storage.StakeThreshold, hugeStake),
    act: lab => set(lab, [0]),
  },
  {
    name: 'NotEnoughStakeToSetWeights',
    state: ctx => ctx.set(storage.StakeThreshold, hugeStake),
    act: lab => lab.sendBatched(people().bobHot, 'subtensorModule.setWeights', netuid, [0], [1], 0),
  },
  {
    name: 'IncorrectWeightVersionKey',
    state: ctx => ctx.set(storage.WeightsVersionKey, netuid, 7n),
    act: lab => set(lab, [0], [1], 6n),
  },
  { name: 'RateLimitExceeded', state: justUpdated, act: lab => set(lab, [0]) },
  {
    name: 'SettingWeightsTooFast',
    state: justUpdated,
    act: lab => lab.sendBatched(people().bobHot, 'subtensorModule.setWeights', netuid, [0], [1], 0),
  },
  {
    name: 'NeuronNoValidatorPermit',
    act: lab => lab.send(people().charlieHot, 'subtensorModule.setWeights', netuid, [0], [1], 0),
  },
  { name: 'DuplicateUids', act: lab => set(lab, [0, 0]) },
  { name: 'UidVecContainInvalidOne', act: lab => set(lab, [9]) },
  { name: 'WeightVecLengthIsLow', state: ctx => ctx.set(storage.MinAllowedWeights, netuid, 3), act: lab => set(lab, [0]) },
  {
    name: 'CommitRevealEnabled',
    state: ctx => ctx.set(storage.CommitRevealWeightsEnabled, netuid, true),
    act: lab => set(lab, [0]),
  },
]

const hidden = { uids: [0], values: [9], salt: [1, 2], versionKey: 0n }
const hashOfHidden = () =>
  `0x${Buffer.from(hashWeights({ ...hidden, hotkey: people().bobHot.publicKey, netuidIndex: netuid })).toString('hex')}`
const commitsOn = (ctx: Context) => ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
const holding = (hashes: readonly string[]) => (ctx: Context) => {
  commitsOn(ctx)
  const epoch = ctx.get(storage.SubnetEpochIndex, netuid)
  ctx.set(
    storage.WeightCommits,
    netuid,
    accountOf(people().bobHot),
    hashes.map(hash => [hash, epoch, BigInt(ctx.block), 0n] as const),
  )
}
const farRound = 1_000_000_000n
const timelocked = (lab: RefusalLab, { version = 4, revealRound = farRound } = {}) =>
  lab.chain.submitTimelockedCommit(people().bobHot, { netuid, commit: Uint8Array.of(1, 2, 3), revealRound, version }, { until: 'included' })

/** Commits and reveals, by hash and timelocked. */
export const commitRefusals = (): readonly Refusal[] => [
  {
    name: 'CommitRevealDisabled',
    act: lab => lab.chain.submitCommit(people().bobHot, netuid, `0x${'11'.repeat(32)}`, { until: 'included' }),
  },
  { name: 'IncorrectCommitRevealVersion', state: commitsOn, act: lab => timelocked(lab, { version: 3 }) },
  {
    name: 'InvalidRevealRound',
    state: ctx => {
      commitsOn(ctx)
      ctx.set(drandStorage.LastStoredRound, 100n)
    },
    act: lab => timelocked(lab, { revealRound: 99n }),
  },
  {
    name: 'CommittingWeightsTooFast',
    state: ctx => {
      commitsOn(ctx)
      justUpdated(ctx)
    },
    act: lab => timelocked(lab),
  },
  {
    name: 'TooManyUnrevealedCommits',
    state: holding(Array.from({ length: 10 }, (_, index) => `0x${String(index).repeat(64)}`)),
    act: lab => lab.chain.submitCommit(people().bobHot, netuid, `0x${'cc'.repeat(32)}`, { until: 'included' }),
  },
  {
    name: 'CommitNotFound',
    state: commitsOn,
    act: lab => lab.chain.submitReveal(people().bobHot, { netuid, ...hidden }, { until: 'included' }),
  },
  {
    name: 'NoWeightsCommitFound',
    state: commitsOn,
    act: lab => lab.sendBatched(people().bobHot, 'subtensorModule.revealWeights', netuid, [0], [9], [1, 2], 0),
  },
  {
    name: 'CommitBlockNotInRevealRange',
    state: ctx => holding([hashOfHidden()])(ctx),
    act: lab => lab.chain.submitReveal(people().bobHot, { netuid, ...hidden }, { until: 'included' }),
  },
  {
    name: 'RevealTooEarly',
    state: ctx => holding([hashOfHidden()])(ctx),
    act: lab => lab.sendBatched(people().bobHot, 'subtensorModule.revealWeights', netuid, [0], [9], [1, 2], 0),
  },
]
