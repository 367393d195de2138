import type { Context } from '../context.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import { subnetIdentity } from '../pallets/subtensor-module/types.ts'
import type { ValueOf } from '../scale/codec.ts'
import { array, option, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u16, u64 } from '../scale/primitives.ts'

const c16 = compact(u16)
const c64 = compact(u64)
const accountParameter = [{ name: 'AccountId', type: accountId.type }]

/** A hyperparameter of old that nothing reads any more. */
const scalingLawPower = 50

const beforeEmission = {
  netuid: c16,
  rho: c16,
  kappa: c16,
  difficulty: c64,
  immunity_period: c16,
  max_allowed_validators: c16,
  min_allowed_weights: c16,
  max_weights_limit: c16,
  scaling_law_power: c16,
  subnetwork_n: c16,
  max_allowed_uids: c16,
  blocks_since_last_step: c64,
  tempo: c16,
  network_modality: c16,
  network_connect: vec(array(u16, 2)),
}

/** A subnet in the words of the first version. */
export const subnetInfo = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfo',
  { ...beforeEmission, emission_values: c64, burn: c64, owner: accountId },
  accountParameter,
)

/** The same with its identity. */
export const subnetInfoV2 = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfov2',
  { ...beforeEmission, emission_value: c64, burn: c64, owner: accountId, identity: option(subnetIdentity) },
  accountParameter,
)

type AnySubnetInfo = ValueOf<typeof subnetInfo> & ValueOf<typeof subnetInfoV2>

/** The values for both records, undefined where there is no such subnet. */
export function readSubnetInfo(ctx: Context, netuid: number): AnySubnetInfo | undefined {
  if (!ctx.get(storage.NetworksAdded, netuid)) return undefined
  return {
    netuid,
    rho: ctx.get(storage.Rho, netuid),
    kappa: ctx.get(storage.Kappa, netuid),
    difficulty: ctx.get(storage.Difficulty, netuid),
    immunity_period: ctx.get(storage.ImmunityPeriod, netuid),
    max_allowed_validators: ctx.get(storage.MaxAllowedValidators, netuid),
    min_allowed_weights: ctx.get(storage.MinAllowedWeights, netuid),
    max_weights_limit: 65_535,
    scaling_law_power: scalingLawPower,
    subnetwork_n: ctx.get(storage.SubnetworkN, netuid),
    max_allowed_uids: ctx.get(storage.MaxAllowedUids, netuid),
    blocks_since_last_step: ctx.get(storage.BlocksSinceLastStep, netuid),
    tempo: ctx.get(storage.Tempo, netuid),
    network_modality: 0,
    network_connect: [],
    emission_values: 0n,
    emission_value: 0n,
    burn: ctx.get(storage.Burn, netuid),
    owner: ctx.get(storage.SubnetOwner, netuid),
    identity: ctx.get(storage.SubnetIdentitiesV3, netuid),
  }
}

/** All subnets by their netuids. */
export function readSubnetsInfo(ctx: Context): (AnySubnetInfo | undefined)[] {
  const netuids = listSubnets(ctx).sort((a, b) => a - b)
  return netuids.map(netuid => readSubnetInfo(ctx, netuid))
}
