import { readLockCost } from '../pallets/subtensor-module/subnets/read-lock-cost.ts'
import { readNextEpochBlock } from '../pallets/subtensor-module/subnets/read-next-epoch-block.ts'
import { defineRuntimeApi, method, type RuntimeApi } from '../runtime-api.ts'
import { option, vec } from '../scale/collections.ts'
import { u16, u64 } from '../scale/primitives.ts'
import { hyperparameters, readHyperparameters } from './hyperparameters.ts'
import { metagraph, readMetagraph, readSelectiveMetagraph, selectiveMetagraph } from './metagraph.ts'
import { neuronInfoLite, readNeuronsLite } from './neuron-info.ts'

/** What clients read of subnets and neurons in one call each. */
export const subtensorApis: readonly RuntimeApi[] = [
  defineRuntimeApi({
    trait: 'NeuronInfoRuntimeApi',
    version: 1,
    methods: {
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
      get_metagraph: method({ args: { netuid: u16 }, output: option(metagraph), run: (ctx, { netuid }) => readMetagraph(ctx, netuid) }),
      get_selective_metagraph: method({
        args: { netuid: u16, metagraph_indexes: vec(u16) },
        output: option(selectiveMetagraph),
        run: (ctx, { netuid, metagraph_indexes }) => readSelectiveMetagraph(ctx, netuid, metagraph_indexes),
      }),
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
