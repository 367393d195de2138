import { combineMechanisms } from '../../../../consensus/combine-mechanisms.ts'
import { runEpoch } from '../../../../consensus/run-epoch.ts'
import { splitEmission } from '../../../../consensus/split-emission.ts'
import type { Context } from '../../../context.ts'
import { shareWithParents } from '../children/share-with-parents.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import type { DrainedEpoch } from './drain-pending.ts'
import { type EarnedDividend, payDividends } from './pay-dividends.ts'
import { payIncentives } from './pay-incentives.ts'
import { readEpochInput } from './read-epoch-input.ts'
import { storeMechanismOutput, storeSubnetOutput } from './store-epoch-output.ts'

/** Runs the epoch of each of a subnet's mechanisms and pays it all out: the owner's cut, the miners' incentive, the validators' dividends. */
export function payEpoch(ctx: Context, { netuid, server, validator, root, ownerCut }: DrainedEpoch): void {
  const count = ctx.get(storage.MechanismCountCurrent, netuid)
  const emissions = splitEmission(server + validator + root, count, ctx.get(storage.MechanismEmissionSplit, netuid))
  const outputs = emissions.map((emission, mechanism) => {
    const one = runEpoch(readEpochInput(ctx, netuid, emission, mechanism))
    storeMechanismOutput(ctx, storageIndex(netuid, mechanism), one)
    return one
  })
  const output = combineMechanisms(outputs, emissions)
  storeSubnetOutput(ctx, netuid, output)
  const hotkeys = output.serverEmission.map((_, uid) => ctx.get(storage.Keys, netuid, uid))
  // Dividends look at the stake before anything of this epoch is added to it.
  const dividends = shareDividends(ctx, netuid, hotkeys, output.validatorEmission)
  if (ctx.has(storage.SubnetOwner, netuid) && ctx.has(storage.SubnetOwnerHotkey, netuid)) {
    increaseStake(ctx, ctx.get(storage.SubnetOwnerHotkey, netuid), ctx.get(storage.SubnetOwner, netuid), netuid, ownerCut)
  }
  const mined = output.serverEmission.reduce((sum, amount) => sum + amount, 0n)
  payIncentives(ctx, netuid, hotkeys, output.serverEmission)
  // Where no miner earned anything, validators get the miners' half too.
  payDividends(ctx, netuid, dividends, { alpha: mined === 0n ? validator + server : validator, root })
  ctx.set(storage.LastMechansimStepBlock, netuid, BigInt(ctx.block))
}

/** What each hotkey gets of what the validators earned: some of it belongs to those whose stake they validated with. */
function shareDividends(ctx: Context, netuid: number, hotkeys: readonly string[], earned: readonly bigint[]): EarnedDividend[] {
  const parts = new Map<string, bigint>()
  for (const [uid, hotkey] of hotkeys.entries()) {
    for (const [receiver, part] of shareWithParents(ctx, netuid, hotkey, earned[uid] ?? 0n)) {
      parts.set(receiver, (parts.get(receiver) ?? 0n) + part)
    }
  }
  return [...parts].map(([hotkey, part]) => ({ hotkey, earned: part, ...readStakes(ctx, hotkey, netuid) }))
}

function readStakes(ctx: Context, hotkey: string, netuid: number): { readonly alpha: bigint; readonly tao: bigint } {
  return { alpha: ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid), tao: ctx.get(storage.TotalHotkeyAlpha, hotkey, 0) }
}
