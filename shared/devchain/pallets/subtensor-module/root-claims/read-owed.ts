import type { Context } from '../../../context.ts'
import { readStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'

const root = 0

/** What a hotkey's root stake has earned on each subnet for one rao, in rao of alpha with 32 fraction bits. */
export function readClaimableRates(ctx: Context, hotkey: string): readonly (readonly [netuid: number, rateQ32: bigint])[] {
  return ctx.get(storage.RootClaimable, hotkey)
}

/** Rao of a subnet's alpha that a coldkey's root stake with a hotkey has earned and not claimed, with 32 fraction bits; may be below 0. */
export function readOwedQ32(ctx: Context, hotkey: string, coldkey: string, netuid: number): bigint {
  const rate = readClaimableRates(ctx, hotkey).find(([on]) => on === netuid)?.[1] ?? 0n
  return rate * readStake(ctx, hotkey, coldkey, root) - (ctx.get(storage.RootClaimed, netuid, hotkey, coldkey) << 32n)
}
