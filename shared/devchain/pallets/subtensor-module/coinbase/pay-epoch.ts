import { runEpoch } from '../../../../consensus/run-epoch.ts'
import type { Context } from '../../../context.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'
import type { DrainedEpoch } from './drain-pending.ts'
import { payDividends } from './pay-dividends.ts'
import { payIncentives } from './pay-incentives.ts'
import { readEpochInput } from './read-epoch-input.ts'
import { storeEpochOutput } from './store-epoch-output.ts'

/** Runs a subnet's epoch and pays it out: the owner's cut, the miners' incentive, the validators' dividends. */
export function payEpoch(ctx: Context, { netuid, server, validator, root, ownerCut }: DrainedEpoch): void {
  const output = runEpoch(readEpochInput(ctx, netuid, server + validator + root))
  storeEpochOutput(ctx, netuid, output)
  const hotkeys = output.incentive.map((_, uid) => ctx.get(storage.Keys, netuid, uid))
  // Dividends look at the stake before anything of this epoch is added to it.
  const dividends = hotkeys.map((hotkey, uid) => ({
    hotkey,
    earned: output.validatorEmission[uid] ?? 0n,
    ...readStakes(ctx, hotkey, netuid),
  }))
  if (ctx.has(storage.SubnetOwner, netuid) && ctx.has(storage.SubnetOwnerHotkey, netuid)) {
    increaseStake(ctx, ctx.get(storage.SubnetOwnerHotkey, netuid), ctx.get(storage.SubnetOwner, netuid), netuid, ownerCut)
  }
  const mined = output.serverEmission.reduce((sum, amount) => sum + amount, 0n)
  payIncentives(ctx, netuid, hotkeys, output.serverEmission)
  // Where no miner earned anything, validators get the miners' half too.
  payDividends(ctx, netuid, dividends, mined === 0n ? validator + server : validator)
  ctx.set(storage.LastMechansimStepBlock, netuid, BigInt(ctx.block))
}

function readStakes(ctx: Context, hotkey: string, netuid: number): { readonly alpha: bigint; readonly tao: bigint } {
  return { alpha: ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid), tao: ctx.get(storage.TotalHotkeyAlpha, hotkey, 0) }
}
