import { defineOptions } from '../../settings/option.ts'
import { maxShardBytes } from '../manifest.ts'
import { defaultStore } from '../store/model-store.ts'
import { defaultFetchLimits } from '../transfer/fetch-limits.ts'

const store = { type: 'string', unit: 'folder', default: defaultStore, description: 'where models lie' } as const
const json = { type: 'boolean', default: false, description: 'print JSON' } as const
const relays = { type: 'list', unit: 'urls', description: 'relays to fetch from, separated by commas; none of them is trusted' } as const
const maxBytes = {
  type: 'integer',
  unit: 'bytes',
  default: defaultFetchLimits.maxBytes,
  min: 1,
  description: 'largest model to fetch',
} as const

/** The settings of `assay model list` and `assay model verify`. */
export const storeOptions = defineOptions({ store: store, json })

/** The settings of `assay model add`. */
export const addModelOptions = defineOptions({
  store: store,
  graph: { type: 'string', unit: 'path', description: 'the graph inside the folder, where it holds several: onnx/model_q4.onnx' },
  name: { type: 'string', description: 'name of the model; by default that of its folder' },
  precision: {
    type: 'string',
    choices: ['fp32', 'fp16', 'bf16', 'int8', 'int4'],
    description: "precision of the weights, where the graph's name does not tell",
  },
  shardBytes: {
    type: 'integer',
    unit: 'bytes',
    min: 1_024,
    max: maxShardBytes,
    description: 'bytes of a shard; by default 8 MiB, more for models above 128 GiB',
  },
  json,
})

/** The settings of `assay model fetch`. */
export const fetchModelOptions = defineOptions({
  store: store,
  relays: { ...relays, required: true },
  parallel: {
    type: 'integer',
    default: defaultFetchLimits.parallel,
    min: 1,
    max: 64,
    description: 'shards in flight; each is held in memory',
  },
  maxBytes,
  stallSeconds: { type: 'number', unit: 's', default: 10, min: 0.1, max: 600, description: 'silence after which a relay is given up' },
  patienceSeconds: {
    type: 'number',
    unit: 's',
    default: 60,
    min: 0.1,
    max: 86_400,
    description: 'time without a new shard after which the fetch ends',
  },
  json,
})

/** The settings of `assay model serve`. */
export const serveModelOptions = defineOptions({
  store: store,
  host: { type: 'string', unit: 'ip', default: '127.0.0.1', description: 'address to listen at; 0.0.0.0 serves the whole network' },
  port: { type: 'integer', default: 8100, min: 0, max: 65_535, description: 'port to listen at; 0 takes a free one' },
  maxTransfers: { type: 'integer', default: 32, min: 1, max: 1_024, description: 'transfers at the same time' },
  maxPerAddress: { type: 'integer', default: 8, min: 1, max: 1_024, description: 'transfers at the same time to one address' },
  maxRate: {
    type: 'integer',
    unit: 'bytes/s',
    default: 0,
    min: 0,
    description: 'bytes per second of all transfers together; 0 sets no limit',
  },
  fetch: { type: 'list', unit: 'digests', description: 'models to fetch from --relays first; what is verified is served meanwhile' },
  relays,
  maxBytes,
})
