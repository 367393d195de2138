import { ensure } from '../../dispatch-error.ts'
import { ensureSigned } from '../../origin.ts'
import { call } from '../../pallet.ts'
import { u16 } from '../../scale/primitives.ts'
import { storage } from '../subtensor-module/storage.ts'
import { resetBonds } from '../subtensor-module/weights/reset-bonds.ts'
import { spaceOf } from './field.ts'
import { commitmentInfo, commitmentsErrors, commitmentsEvents, commitmentsStorage } from './tables.ts'
import { listTimelocked, unlistTimelocked } from './timelocked-index.ts'

/** Every commitment counts as at least so many bytes. */
const leastSpace = 100

/** A registered hotkey publishes up to three fields in place of its last ones, within a space per epoch. */
export const setCommitment = call({
  index: 0,
  args: { netuid: u16, info: commitmentInfo },
  pays: 'no',
  dispatch(ctx, origin, { netuid, info }) {
    const who = ensureSigned(origin)
    ensure(ctx.get(storage.IsNetworkMember, who, netuid), commitmentsErrors.AccountNotAllowedCommit)
    const needed = Math.max(
      leastSpace,
      info.fields.reduce((sum, field) => sum + spaceOf(field), 0),
    )
    const epoch = ctx.get(storage.SubnetEpochIndex, netuid)
    const last = ctx.get(commitmentsStorage.UsedSpaceOf, netuid, who)
    const used = (last?.last_epoch === epoch ? last.used_space : 0n) + BigInt(needed)
    if (info.fields.some(field => field.type === 'ResetBondsFlag')) {
      ctx.set(commitmentsStorage.LastBondsReset, netuid, who, ctx.block)
      resetBonds(ctx, netuid, who)
    }
    ensure(used <= BigInt(ctx.get(commitmentsStorage.MaxSpace)), commitmentsErrors.SpaceLimitExceeded)
    ctx.set(commitmentsStorage.UsedSpaceOf, netuid, who, { last_epoch: epoch, used_space: used })
    ctx.set(commitmentsStorage.CommitmentOf, netuid, who, { deposit: 0n, block: ctx.block, info })
    ctx.set(commitmentsStorage.LastCommitment, netuid, who, ctx.block)
    const timelocked = info.fields.find(field => field.type === 'TimelockEncrypted')
    if (timelocked === undefined) {
      ctx.deposit(commitmentsEvents.Commitment, { netuid, who })
      unlistTimelocked(ctx, netuid, who)
      return
    }
    ctx.deposit(commitmentsEvents.TimelockCommitment, { netuid, who, reveal_round: timelocked.revealRound })
    listTimelocked(ctx, netuid, who)
  },
})
