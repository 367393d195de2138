import { storage } from '../pallets/subtensor-module/storage.ts'
import { chooseSubnetToPrune } from '../pallets/subtensor-module/subnets/choose-subnet-to-prune.ts'
import { listStorageIndices } from '../pallets/subtensor-module/subnets/list-storage-indices.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import { readLockCost } from '../pallets/subtensor-module/subnets/read-lock-cost.ts'
import { readNextEpochBlock } from '../pallets/subtensor-module/subnets/read-next-epoch-block.ts'
import { subnetAccount } from '../pallets/subtensor-module/subnets/subnet-account.ts'
import { defineRuntimeApi, method, type RuntimeApi } from '../runtime-api.ts'
import { option, vec } from '../scale/collections.ts'
import { accountId } from '../scale/hashes.ts'
import { u8, u16, u64 } from '../scale/primitives.ts'
import { dynamicInfo, readDynamicInfo } from './dynamic-info.ts'
import { hyperparameters, readHyperparameters } from './hyperparameters.ts'
import { readMechagraph, readSelectiveMechagraph } from './mechagraph.ts'
import { metagraph, readMetagraph, readSelectiveMetagraph, selectiveMetagraph } from './metagraph.ts'
import { neuronInfo, neuronInfoLite, readNeurons, readNeuronsLite } from './neuron-info.ts'
import { hyperparametersV1, hyperparametersV2, readOlderHyperparameters } from './older-hyperparameters.ts'
import { readSubnetInfo, readSubnetsInfo, subnetInfo, subnetInfoV2 } from './subnet-info.ts'
import { readSubnetState, subnetState } from './subnet-state.ts'

/** What clients read of subnets and neurons in one call each. */
export const subtensorApis: readonly RuntimeApi[] = [
  defineRuntimeApi({
    trait: 'NeuronInfoRuntimeApi',
    version: 1,
    methods: {
      get_neurons: method({ args: { netuid: u16 }, output: vec(neuronInfo), run: (ctx, { netuid }) => readNeurons(ctx, netuid) }),
      get_neuron: method({
        args: { netuid: u16, uid: u16 },
        output: option(neuronInfo),
        run: (ctx, { netuid, uid }) => readNeurons(ctx, netuid)[uid],
      }),
      get_neurons_lite: method({
        args: { netuid: u16 },
        output: vec(neuronInfoLite),
        run: (ctx, { netuid }) => readNeuronsLite(ctx, netuid),
      }),
      get_neuron_lite: method({
        args: { netuid: u16, uid: u16 },
        output: option(neuronInfoLite),
        run: (ctx, { netuid, uid }) => readNeuronsLite(ctx, netuid)[uid],
      }),
    },
  }),
  defineRuntimeApi({
    trait: 'SubnetInfoRuntimeApi',
    version: 2,
    methods: {
      get_subnet_info: method({
        args: { netuid: u16 },
        output: option(subnetInfo),
        run: (ctx, { netuid }) => readSubnetInfo(ctx, netuid),
      }),
      get_subnets_info: method({ args: {}, output: vec(option(subnetInfo)), run: readSubnetsInfo }),
      get_subnet_info_v2: method({
        args: { netuid: u16 },
        output: option(subnetInfoV2),
        run: (ctx, { netuid }) => readSubnetInfo(ctx, netuid),
      }),
      get_subnets_info_v2: method({ args: {}, output: vec(option(subnetInfoV2)), run: readSubnetsInfo }),
      get_subnet_hyperparams: method({
        args: { netuid: u16 },
        output: option(hyperparametersV1),
        run: (ctx, { netuid }) => readOlderHyperparameters(ctx, netuid),
      }),
      get_subnet_hyperparams_v2: method({
        args: { netuid: u16 },
        output: option(hyperparametersV2),
        run: (ctx, { netuid }) => readOlderHyperparameters(ctx, netuid),
      }),
      get_dynamic_info: method({
        args: { netuid: u16 },
        output: option(dynamicInfo),
        run: (ctx, { netuid }) => readDynamicInfo(ctx, netuid),
      }),
      get_all_dynamic_info: method({
        args: {},
        output: vec(option(dynamicInfo)),
        run: ctx => listSubnets(ctx).map(netuid => readDynamicInfo(ctx, netuid)),
      }),
      get_subnet_state: method({
        args: { netuid: u16 },
        output: option(subnetState),
        run: (ctx, { netuid }) => readSubnetState(ctx, netuid),
      }),
      get_subnet_account_id: method({
        args: { netuid: u16 },
        output: option(accountId),
        run: (ctx, { netuid }) => (ctx.get(storage.NetworksAdded, netuid) ? subnetAccount(netuid) : undefined),
      }),
      get_coldkey_auto_stake_hotkey: method({
        args: { coldkey: accountId, netuid: u16 },
        output: option(accountId),
        run: (ctx, { coldkey, netuid }) => ctx.get(storage.AutoStakeDestination, coldkey, netuid),
      }),
      get_metagraph: method({ args: { netuid: u16 }, output: option(metagraph), run: (ctx, { netuid }) => readMetagraph(ctx, netuid) }),
      get_selective_metagraph: method({
        args: { netuid: u16, metagraph_indexes: vec(u16) },
        output: option(selectiveMetagraph),
        run: (ctx, { netuid, metagraph_indexes }) => readSelectiveMetagraph(ctx, netuid, metagraph_indexes),
      }),
      get_all_metagraphs: method({
        args: {},
        output: vec(option(metagraph)),
        run: ctx => listSubnets(ctx).map(netuid => readMetagraph(ctx, netuid)),
      }),
      get_mechagraph: method({
        args: { netuid: u16, mecid: u8 },
        output: option(metagraph),
        run: (ctx, { netuid, mecid }) => readMechagraph(ctx, netuid, mecid),
      }),
      get_all_mechagraphs: method({
        args: {},
        output: vec(option(metagraph)),
        run: ctx =>
          listSubnets(ctx).flatMap(netuid => listStorageIndices(ctx, netuid).map((_, mecid) => readMechagraph(ctx, netuid, mecid))),
      }),
      get_selective_mechagraph: method({
        args: { netuid: u16, subid: u8, metagraph_indexes: vec(u16) },
        output: option(selectiveMetagraph),
        run: (ctx, { netuid, subid, metagraph_indexes }) => readSelectiveMechagraph(ctx, netuid, subid, metagraph_indexes),
      }),
      get_subnet_to_prune: method({ args: {}, output: option(u16), run: chooseSubnetToPrune }),
      get_subnet_hyperparams_v3: method({
        args: { netuid: u16 },
        output: option(hyperparameters),
        run: (ctx, { netuid }) => readHyperparameters(ctx, netuid),
      }),
      get_next_epoch_start_block: method({
        args: { netuid: u16 },
        output: option(u64),
        run(ctx, { netuid }) {
          const block = readNextEpochBlock(ctx, netuid)
          return block === undefined ? undefined : BigInt(block)
        },
      }),
    },
  }),
  defineRuntimeApi({
    trait: 'SubnetRegistrationRuntimeApi',
    version: 1,
    methods: { get_network_registration_cost: method({ args: {}, output: u64, run: readLockCost }) },
  }),
]
