import type { Context } from '../context.ts'
import { readAxon } from '../pallets/subtensor-module/neurons/read-axon.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { axonInfo, prometheusInfo } from '../pallets/subtensor-module/types.ts'
import type { ValueOf } from '../scale/codec.ts'
import { tuple, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { bool, u16, u64 } from '../scale/primitives.ts'

const c16 = compact(u16)
const c64 = compact(u64)

const row = vec(tuple(c16, c16))

const beforeRows = {
  hotkey: accountId,
  coldkey: accountId,
  uid: c16,
  netuid: c16,
  active: bool,
  axon_info: axonInfo,
  prometheus_info: prometheusInfo,
  stake: vec(tuple(accountId, c64)),
  rank: c16,
  emission: c64,
  incentive: c16,
  consensus: c16,
  trust: c16,
  validator_trust: c16,
  dividends: c16,
  last_update: c64,
  validator_permit: bool,
}

const accountParameter = [{ name: 'AccountId', type: accountId.type }]

/** One neuron without its weights and bonds. */
export const neuronInfoLite = struct(
  'pallet_subtensor::rpc_info::neuron_info::NeuronInfoLite',
  { ...beforeRows, pruning_score: c16 },
  accountParameter,
)

/** One neuron with its weights and bonds. */
export const neuronInfo = struct(
  'pallet_subtensor::rpc_info::neuron_info::NeuronInfo',
  { ...beforeRows, weights: row, bonds: row, pruning_score: c16 },
  accountParameter,
)

export type NeuronInfoLite = ValueOf<typeof neuronInfoLite>

/** The same with their weights and bonds. */
export function readNeurons(ctx: Context, netuid: number): ValueOf<typeof neuronInfo>[] {
  return readNeuronsLite(ctx, netuid).map(neuron => ({
    ...neuron,
    weights: ctx.get(storage.Weights, netuid, neuron.uid),
    bonds: ctx.get(storage.Bonds, netuid, neuron.uid),
  }))
}

/** Every neuron of a subnet in the order of the uids; none where there is no such subnet. */
export function readNeuronsLite(ctx: Context, netuid: number): NeuronInfoLite[] {
  if (!ctx.get(storage.NetworksAdded, netuid)) return []
  const column =
    <T>(list: readonly T[], fill: T) =>
    (uid: number) =>
      list[uid] ?? fill
  const read = {
    active: column(ctx.get(storage.Active, netuid), false),
    emission: column(ctx.get(storage.Emission, netuid), 0n),
    incentive: column(ctx.get(storage.Incentive, netuid), 0),
    consensus: column(ctx.get(storage.Consensus, netuid), 0),
    validatorTrust: column(ctx.get(storage.ValidatorTrust, netuid), 0),
    dividends: column(ctx.get(storage.Dividends, netuid), 0),
    lastUpdate: column(ctx.get(storage.LastUpdate, netuid), 0n),
    permit: column(ctx.get(storage.ValidatorPermit, netuid), false),
  }
  return Array.from({ length: ctx.get(storage.SubnetworkN, netuid) }, (_, uid) => {
    const hotkey = ctx.get(storage.Keys, netuid, uid)
    const coldkey = ctx.get(storage.Owner, hotkey)
    return {
      hotkey,
      coldkey,
      uid,
      netuid,
      active: read.active(uid),
      axon_info: readAxon(ctx, netuid, hotkey),
      prometheus_info: ctx.get(storage.Prometheus, netuid, hotkey) ?? { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0 },
      stake: [[coldkey, ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid)]],
      // Rank, trust and pruning score are no longer computed; these are the values that stand in for them.
      rank: 0,
      emission: read.emission(uid),
      incentive: read.incentive(uid),
      consensus: read.consensus(uid),
      trust: 0,
      validator_trust: read.validatorTrust(uid),
      dividends: read.dividends(uid),
      last_update: read.lastUpdate(uid),
      validator_permit: read.permit(uid),
      pruning_score: 65_535,
    }
  })
}
