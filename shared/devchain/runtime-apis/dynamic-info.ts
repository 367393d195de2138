import type { Context } from '../context.ts'
import type { Codec } from '../scale/codec.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { type MetagraphField, metagraphCodecs, readMetagraphFields } from './metagraph.ts'

type FieldValues = Readonly<Record<string, unknown>>

/** The fields of a subnet's economy, and under which name a metagraph has them. */
const names: Readonly<Record<string, MetagraphField>> = {
  netuid: 'netuid',
  owner_hotkey: 'owner_hotkey',
  owner_coldkey: 'owner_coldkey',
  subnet_name: 'name',
  token_symbol: 'symbol',
  tempo: 'tempo',
  last_step: 'last_step',
  blocks_since_last_step: 'blocks_since_last_step',
  emission: 'subnet_emission',
  alpha_in: 'alpha_in',
  alpha_out: 'alpha_out',
  tao_in: 'tao_in',
  alpha_out_emission: 'alpha_out_emission',
  alpha_in_emission: 'alpha_in_emission',
  tao_in_emission: 'tao_in_emission',
  pending_alpha_emission: 'pending_alpha_emission',
  pending_root_emission: 'pending_root_emission',
  subnet_volume: 'subnet_volume',
  network_registered_at: 'network_registered_at',
  subnet_identity: 'identity',
  moving_price: 'moving_price',
}

const codecs = metagraphCodecs(Object.values(names))

/** A subnet's token, pool and emission. */
export const dynamicInfo: Codec<FieldValues> = struct(
  'pallet_subtensor::rpc_info::dynamic_info::DynamicInfo',
  Object.fromEntries(
    Object.entries(names).flatMap(([name, field]) => (codecs[field] === undefined ? [] : [[name, codecs[field]] as const])),
  ),
  [{ name: 'AccountId', type: accountId.type }],
)

/** Undefined where there is no such subnet. */
export function readDynamicInfo(ctx: Context, netuid: number): FieldValues | undefined {
  const shared = readMetagraphFields(ctx, netuid, Object.values(names))
  return shared === undefined ? undefined : Object.fromEntries(Object.entries(names).map(([name, field]) => [name, shared[field]]))
}
