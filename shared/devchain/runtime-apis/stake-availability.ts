import type { Context } from '../context.ts'
import { readStake } from '../pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import type { Codec, ValueOf } from '../scale/codec.ts'
import { tuple, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { newtype, struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u16, u64 } from '../scale/primitives.ts'

const c64 = compact(u64)

const availability = struct('pallet_subtensor::rpc_info::stake_info::StakeAvailability', { total: c64, locked: c64, available: c64 })

function mapOf<K, V>(key: Codec<K>, value: Codec<V>) {
  return newtype('BTreeMap', vec(tuple(key, value)), [
    { name: 'K', type: key.type },
    { name: 'V', type: value.type },
  ])
}

/** What coldkeys have on each subnet and how much of it they may unstake: all of it, since nobody locks stake here. */
export const stakeAvailabilities = mapOf(accountId, mapOf(u16, availability))

/** For some coldkeys, on some subnets or on all; a list longer than the chain has subnets gives nothing. */
export function readAvailabilities(
  ctx: Context,
  coldkeys: readonly string[],
  netuids: readonly number[] | undefined,
): ValueOf<typeof stakeAvailabilities> {
  const existing = listSubnets(ctx)
  const asked = netuids === undefined ? existing : [...new Set(netuids)].sort((a, b) => a - b)
  const shown = asked.length > existing.length ? [] : asked.filter(netuid => existing.includes(netuid))
  return [...new Set(coldkeys)].sort().map(coldkey => {
    const rows = [...shown]
      .sort((a, b) => a - b)
      .flatMap(netuid => {
        const total = ctx.get(storage.StakingHotkeys, coldkey).reduce((sum, hotkey) => sum + readStake(ctx, hotkey, coldkey, netuid), 0n)
        return total === 0n ? [] : [[netuid, { total, locked: 0n, available: total }] as const]
      })
    return [coldkey, rows] as const
  })
}
