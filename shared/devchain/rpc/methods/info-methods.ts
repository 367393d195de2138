import { type Codec, decodeValue, encodeValue } from '../../scale/codec.ts'
import { option, vec } from '../../scale/collections.ts'
import { struct } from '../../scale/composites.ts'
import { accountId } from '../../scale/hashes.ts'
import { u8, u16, u64 } from '../../scale/primitives.ts'
import { demandBlock } from '../find-block.ts'
import { accountParam, countParam } from '../params.ts'
import { invalidParams } from '../rpc-error.ts'
import type { RpcHandler, RpcMethods } from '../rpc-scope.ts'

/** How one parameter of a method becomes the bytes of the runtime API's argument. */
type Argument = (value: unknown) => Uint8Array

const netuid: Argument = value => encodeValue(u16, countParam(value, 'netuid', 0xffff))
const uid: Argument = value => encodeValue(u16, countParam(value, 'uid', 0xffff))
const mechanism: Argument = value => encodeValue(u8, countParam(value, 'mecid', 0xff))
const coldkey: Argument = value => encodeValue(accountId, accountParam(value))
const amount: Argument = value => encodeValue(u64, BigInt(countParam(value, 'amount', Number.MAX_SAFE_INTEGER)))

const fieldNumbers: Argument = value =>
  encodeValue(
    vec(u16),
    listOf(value, 'metagraph_index').map(one => countParam(one, 'metagraph_index', 0xffff)),
  )

/** An account as the list of its 32 bytes. */
const accountBytes: Argument = value => {
  const bytes = listOf(value, 'account').map(one => countParam(one, 'account', 0xff))
  if (bytes.length !== 32) throw invalidParams(`account must be 32 bytes, ${bytes.length} given`)
  return Uint8Array.from(bytes)
}

/** Answers with the SCALE bytes of a runtime API as a list of numbers; the last parameter may name a block. */
function raw(method: string, ...args: readonly Argument[]): RpcHandler {
  return (scope, params) => [...callApi(scope, params, method, args)]
}

/** Answers with the value itself. */
function decoded<T>(output: Codec<T>, show: (value: T) => unknown, method: string, ...args: readonly Argument[]): RpcHandler {
  return (scope, params) => show(decodeValue(output, callApi(scope, params, method, args)))
}

function callApi({ chain }: Parameters<RpcHandler>[0], params: readonly unknown[], method: string, args: readonly Argument[]): Uint8Array {
  const input = Buffer.concat(args.map((argument, index) => argument(params[index])))
  const result = chain.callApi(method, input, demandBlock(chain, params[args.length]))
  if (result === undefined) throw new Error(`this runtime has no ${method}`)
  return result
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > 1_000) throw invalidParams(`${name} must be a list of at most 1000`)
  return value
}

const subnet = 'SubnetInfoRuntimeApi'
const neuron = 'NeuronInfoRuntimeApi'
const delegate = 'DelegateInfoRuntimeApi'
const swap = 'SwapRuntimeApi'
const prices = vec(struct('', { netuid: u16, price: u64 }))

/** The methods that Subtensor adds to a node: the runtime's APIs under names of their own. */
export const infoMethods: RpcMethods = {
  delegateInfo_getDelegates: raw(`${delegate}_get_delegates`),
  delegateInfo_getDelegate: raw(`${delegate}_get_delegate`, accountBytes),
  delegateInfo_getDelegated: raw(`${delegate}_get_delegated`, accountBytes),
  neuronInfo_getNeuronsLite: raw(`${neuron}_get_neurons_lite`, netuid),
  neuronInfo_getNeuronLite: raw(`${neuron}_get_neuron_lite`, netuid, uid),
  neuronInfo_getNeurons: raw(`${neuron}_get_neurons`, netuid),
  neuronInfo_getNeuron: raw(`${neuron}_get_neuron`, netuid, uid),
  subnetInfo_getSubnetInfo: raw(`${subnet}_get_subnet_info`, netuid),
  subnetInfo_getSubnetsInfo: raw(`${subnet}_get_subnets_info`),
  subnetInfo_getSubnetInfo_v2: raw(`${subnet}_get_subnet_info_v2`, netuid),
  subnetInfo_getSubnetsInfo_v2: raw(`${subnet}_get_subnets_info_v2`),
  subnetInfo_getSubnetHyperparams: raw(`${subnet}_get_subnet_hyperparams`, netuid),
  subnetInfo_getSubnetHyperparamsV2: raw(`${subnet}_get_subnet_hyperparams_v2`, netuid),
  subnetInfo_getAllDynamicInfo: raw(`${subnet}_get_all_dynamic_info`),
  subnetInfo_getDynamicInfo: raw(`${subnet}_get_dynamic_info`, netuid),
  subnetInfo_getAllMetagraphs: raw(`${subnet}_get_all_metagraphs`),
  subnetInfo_getMetagraph: raw(`${subnet}_get_metagraph`, netuid),
  subnetInfo_getAllMechagraphs: raw(`${subnet}_get_all_mechagraphs`),
  subnetInfo_getMechagraph: raw(`${subnet}_get_mechagraph`, netuid, mechanism),
  subnetInfo_getSubnetState: raw(`${subnet}_get_subnet_state`, netuid),
  subnetInfo_getSelectiveMetagraph: raw(`${subnet}_get_selective_metagraph`, netuid, fieldNumbers),
  subnetInfo_getSelectiveMechagraph: raw(`${subnet}_get_selective_mechagraph`, netuid, mechanism, fieldNumbers),
  subnetInfo_getColdkeyAutoStakeHotkey: raw(`${subnet}_get_coldkey_auto_stake_hotkey`, coldkey, netuid),
  subnetInfo_getSubnetAccountId: raw(`${subnet}_get_subnet_account_id`, netuid),
  subnetInfo_getSubnetToPrune: decoded(option(u16), value => value ?? null, `${subnet}_get_subnet_to_prune`),
  subnetInfo_getLockCost: decoded(u64, Number, 'SubnetRegistrationRuntimeApi_get_network_registration_cost'),
  stakeInfo_getColdkeyLock: raw('StakeInfoRuntimeApi_get_coldkey_lock', coldkey, netuid),
  swap_currentAlphaPrice: decoded(u64, Number, `${swap}_current_alpha_price`, netuid),
  swap_currentAlphaPriceAll: decoded(
    prices,
    rows => rows.map(row => ({ netuid: row.netuid, price: Number(row.price) })),
    `${swap}_current_alpha_price_all`,
  ),
  swap_simSwapTaoForAlpha: raw(`${swap}_sim_swap_tao_for_alpha`, netuid, amount),
  swap_simSwapAlphaForTao: raw(`${swap}_sim_swap_alpha_for_tao`, netuid, amount),
}
