import { activityCutoffOf } from '../../../../consensus/activity-cutoff.ts'
import type { EpochInput } from '../../../../consensus/epoch-input.ts'
import type { Context } from '../../../context.ts'
import { readCommitBlocks } from '../commits/read-commit-blocks.ts'
import { readStakeWeight } from '../stake/read-stake-weight.ts'
import { storage } from '../storage.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'
import { storageIndex } from '../subnets/storage-index.ts'

/** All that an epoch of one of a subnet's mechanisms reads from the state; `raoEmission` is the alpha to distribute. */
export function readEpochInput(ctx: Context, netuid: number, raoEmission: bigint, mechanism = 0): EpochInput {
  const index = storageIndex(netuid, mechanism)
  const uids = Array.from({ length: ctx.get(storage.SubnetworkN, netuid) }, (_, uid) => uid)
  const tempo = ctx.get(storage.Tempo, netuid)
  const [alphaLow, alphaHigh] = ctx.get(storage.AlphaValues, netuid)
  const lastUpdate = ctx.get(storage.LastUpdate, index)
  const permits = ctx.get(storage.ValidatorPermit, netuid)
  return {
    block: ctx.block,
    tempo,
    lastStep: Number(ctx.get(storage.LastMechansimStepBlock, netuid)),
    kappa: ctx.get(storage.Kappa, netuid),
    bondsMovingAverage: Number(ctx.get(storage.BondsMovingAverage, netuid)),
    bondsPenalty: ctx.get(storage.BondsPenalty, netuid),
    yuma3: ctx.get(storage.Yuma3On, netuid),
    liquidAlpha: ctx.get(storage.LiquidAlphaOn, netuid),
    alphaLow,
    alphaHigh,
    sigmoidSteepness: ctx.get(storage.AlphaSigmoidSteepness, netuid),
    activityCutoff: activityCutoffOf(ctx.get(storage.ActivityCutoffFactorMilli, netuid), tempo),
    maxValidators: ctx.get(storage.MaxAllowedValidators, netuid),
    stakeThreshold: ctx.get(storage.StakeThreshold),
    commitBlocks: readCommitBlocks(ctx, netuid, mechanism),
    ownerUid: readOwnerUid(ctx, netuid) ?? null,
    stakeWeights: uids.map(uid => readStakeWeight(ctx, ctx.get(storage.Keys, netuid, uid), netuid).total),
    lastUpdate: uids.map(uid => Number(lastUpdate[uid] ?? 0n)),
    blockAtRegistration: uids.map(uid => Number(ctx.get(storage.BlockAtRegistration, netuid, uid))),
    validatorPermits: uids.map(uid => permits[uid] ?? false),
    weights: uids.map(uid => ctx.get(storage.Weights, index, uid)),
    bonds: uids.map(uid => ctx.get(storage.Bonds, index, uid)),
    raoEmission,
  }
}
