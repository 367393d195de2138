import type { Context } from '../../../context.ts'
import { readStake } from '../stake/change-stake.ts'
import type { StakePosition } from '../stake/position.ts'
import { storage } from '../storage.ts'
import { readClaimableRates } from './read-owed.ts'

const root = 0

/** New root stake earned nothing so far: what its rate would claim counts as claimed. Does nothing for other subnets. */
export function followAddedStake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, tao: bigint): void {
  if (netuid !== root) return
  for (const [on, rate] of readClaimableRates(ctx, hotkey)) changeClaimed(ctx, on, hotkey, coldkey, (rate * tao) >> 32n)
}

/** Root stake that goes takes what its rate claimed with it. Does nothing for other subnets. */
export function followRemovedStake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, tao: bigint): void {
  if (netuid !== root) return
  for (const [on, rate] of readClaimableRates(ctx, hotkey)) {
    if (on !== root) changeClaimed(ctx, on, hotkey, coldkey, -((rate * tao) >> 32n))
  }
}

function changeClaimed(ctx: Context, netuid: number, hotkey: string, coldkey: string, by: bigint): void {
  const claimed = ctx.get(storage.RootClaimed, netuid, hotkey, coldkey) + by
  ctx.set(storage.RootClaimed, netuid, hotkey, coldkey, claimed < 0n ? 0n : claimed)
}

/** Gives a coldkey a number, by which the chain finds it to claim for it. */
export function numberColdkey(ctx: Context, coldkey: string): void {
  if (ctx.has(storage.StakingColdkeys, coldkey)) return
  const number = ctx.get(storage.NumStakingColdkeys)
  ctx.set(storage.StakingColdkeysByIndex, number, coldkey)
  ctx.set(storage.StakingColdkeys, coldkey, number)
  ctx.set(storage.NumStakingColdkeys, number + 1n)
}

/** Takes the number of a coldkey without root stake away; the last one moves into its place. */
export function dropColdkeyWithoutStake(ctx: Context, coldkey: string): void {
  if (ctx.get(storage.StakingHotkeys, coldkey).some(hotkey => readStake(ctx, hotkey, coldkey, root) > 0n)) return
  const number = ctx.get(storage.StakingColdkeys, coldkey)
  if (number === undefined) return
  const last = ctx.get(storage.NumStakingColdkeys) - 1n
  const moved = ctx.get(storage.StakingColdkeysByIndex, last)
  ctx.remove(storage.StakingColdkeys, coldkey)
  ctx.remove(storage.StakingColdkeysByIndex, last)
  if (number !== last && moved !== undefined) {
    ctx.set(storage.StakingColdkeysByIndex, number, moved)
    ctx.set(storage.StakingColdkeys, moved, number)
  }
  ctx.set(storage.NumStakingColdkeys, last)
}
