import type { Context } from '../context.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import type { Codec } from '../scale/codec.ts'
import { vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u64 } from '../scale/primitives.ts'
import { type MetagraphField, metagraphCodecs, readMetagraphFields } from './metagraph.ts'

type FieldValues = Readonly<Record<string, unknown>>

const names: readonly MetagraphField[] = [
  'netuid',
  'hotkeys',
  'coldkeys',
  'active',
  'validator_permit',
  'pruning_score',
  'last_update',
  'emission',
  'dividends',
  'incentives',
  'consensus',
  'trust',
  'rank',
  'block_at_registration',
  'alpha_stake',
  'tao_stake',
  'total_stake',
]

/** A subnet's neurons as columns. */
export const subnetState: Codec<FieldValues> = struct(
  'pallet_subtensor::rpc_info::show_subnet::SubnetState',
  { ...metagraphCodecs(names), emission_history: vec(vec(compact(u64))) },
  [{ name: 'AccountId', type: accountId.type }],
)

/** Undefined where there is no such subnet; the history of emissions is no longer kept and reads 0 per subnet and neuron. */
export function readSubnetState(ctx: Context, netuid: number): FieldValues | undefined {
  const shared = readMetagraphFields(ctx, netuid, names)
  if (shared === undefined) return undefined
  const neurons = Array.isArray(shared.hotkeys) ? shared.hotkeys.length : 0
  return { ...shared, emission_history: listSubnets(ctx).map(() => Array.from({ length: neurons }, () => 0n)) }
}
