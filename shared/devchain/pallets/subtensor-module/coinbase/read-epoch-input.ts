import { activityCutoffOf } from '../../../../consensus/activity-cutoff.ts'
import type { EpochInput } from '../../../../consensus/epoch-input.ts'
import type { Context } from '../../../context.ts'
import { readStakeWeight } from '../stake/read-stake-weight.ts'
import { storage } from '../storage.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'

/** All that an epoch of a subnet reads from the state; `raoEmission` is the alpha to distribute. */
export function readEpochInput(ctx: Context, netuid: number, raoEmission: bigint): EpochInput {
  const uids = Array.from({ length: ctx.get(storage.SubnetworkN, netuid) }, (_, uid) => uid)
  const tempo = ctx.get(storage.Tempo, netuid)
  const [alphaLow, alphaHigh] = ctx.get(storage.AlphaValues, netuid)
  const lastUpdate = ctx.get(storage.LastUpdate, netuid)
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
    // Nothing can be committed yet, so no uid has a commit that is still to be revealed.
    commitBlocks: ctx.get(storage.CommitRevealWeightsEnabled, netuid) ? uids.map(() => null) : null,
    ownerUid: readOwnerUid(ctx, netuid) ?? null,
    stakeWeights: uids.map(uid => readStakeWeight(ctx, ctx.get(storage.Keys, netuid, uid), netuid).total),
    lastUpdate: uids.map(uid => Number(lastUpdate[uid] ?? 0n)),
    blockAtRegistration: uids.map(uid => Number(ctx.get(storage.BlockAtRegistration, netuid, uid))),
    validatorPermits: uids.map(uid => permits[uid] ?? false),
    weights: uids.map(uid => ctx.get(storage.Weights, netuid, uid)),
    bonds: uids.map(uid => ctx.get(storage.Bonds, netuid, uid)),
    raoEmission,
  }
}
