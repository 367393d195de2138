import type { Context } from '../context.ts'
import { readStake } from '../pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import type { ValueOf } from '../scale/codec.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { bool, u16, u64 } from '../scale/primitives.ts'

const c64 = compact(u64)

/** What a coldkey has with a hotkey on a subnet; amounts in rao of its alpha. */
export const stakeInfo = struct(
  'pallet_subtensor::rpc_info::stake_info::StakeInfo',
  {
    hotkey: accountId,
    coldkey: accountId,
    netuid: compact(u16),
    stake: c64,
    locked: c64,
    emission: c64,
    tao_emission: c64,
    drain: c64,
    is_registered: bool,
  },
  [{ name: 'AccountId', type: accountId.type }],
)

export type StakeInfo = ValueOf<typeof stakeInfo>

/** One position, worth nothing where there is none. */
export function readStakeInfo(ctx: Context, hotkey: string, coldkey: string, netuid: number): StakeInfo {
  return {
    hotkey,
    coldkey,
    netuid,
    stake: readStake(ctx, hotkey, coldkey, netuid),
    locked: 0n,
    emission: ctx.get(storage.AlphaDividendsPerSubnet, netuid, hotkey),
    tao_emission: 0n,
    drain: 0n,
    is_registered: ctx.get(storage.IsNetworkMember, hotkey, netuid),
  }
}

/** Every position of a coldkey that is worth something. */
export function listStakeInfo(ctx: Context, coldkey: string): StakeInfo[] {
  const netuids = listSubnets(ctx)
  return ctx
    .get(storage.StakingHotkeys, coldkey)
    .flatMap(hotkey => netuids.map(netuid => readStakeInfo(ctx, hotkey, coldkey, netuid)))
    .filter(({ stake }) => stake > 0n)
}
