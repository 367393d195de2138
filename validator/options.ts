import { connectionOptions } from '../shared/chain/connection-options.ts'
import { walletOptions } from '../shared/identity/wallet-options.ts'
import { defineOptions } from '../shared/settings/option.ts'

/** The settings of `assay validator`. */
export const validatorOptions = defineOptions({
  netuid: { type: 'integer', min: 0, max: 65_535, default: 1, description: 'the subnet' },
  ...connectionOptions,
  ...walletOptions,
  subnetFile: { type: 'string', unit: 'file', description: "the owner's subnet file; without it the one that comes with Assay" },
  dataFolder: {
    type: 'string',
    unit: 'folder',
    description: 'where the database lies; by default ~/.assay/validators/WALLET/HOTKEY/netuidN',
  },
  controlMiner: {
    type: 'string',
    unit: 'address',
    description: 'hotkey of an honest miner of your own: a statistical check that it fails is suspended for all',
  },
  allowPrivate: { type: 'boolean', default: false, description: 'dial private and loopback addresses; for local worlds only' },
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'threads of the reference run' },
  provider: { type: 'string', choices: ['cpu', 'cuda', 'webgpu'], default: 'cpu', description: 'where the reference run runs' },
  answerCap: { type: 'integer', unit: 'bytes', min: 1_024, default: 4_194_304, description: 'largest answer that is read' },
  connectTimeout: { type: 'integer', unit: 'ms', min: 10, default: 3_000, description: 'deadline of a connection to a miner' },
  idleTimeout: { type: 'integer', unit: 'ms', min: 10, default: 5_000, description: 'longest silence inside an answer' },
  referenceTimeout: { type: 'integer', unit: 'ms', min: 100, default: 60_000, description: 'deadline of one reference run' },
  keepRounds: {
    type: 'integer',
    unit: 'rounds',
    min: 1,
    default: 2_000,
    description: 'settled rounds that are kept whole, for replay; older ones are forgotten',
  },
  commitForm: {
    type: 'string',
    choices: ['timelocked', 'hash'],
    default: 'timelocked',
    description: 'how weights are committed where the chain wants commits: opened by the chain itself, or revealed by us',
  },
  lastResort: {
    type: 'string',
    choices: ['nothing', 'repeat'],
    default: 'nothing',
    description: 'what is sent where no score is above zero: nothing, or the last good weights again',
  },
  weightsVersion: {
    type: 'integer',
    unit: 'key',
    min: 0,
    description: "version key of the weights; without it the chain's own when this release first met the subnet",
  },
  statusHost: { type: 'string', unit: 'address', default: '127.0.0.1', description: 'where /status, /metrics and /healthz listen' },
  statusPort: { type: 'integer', min: 0, max: 65_535, default: 8_093, description: 'their port; 0 picks a free one' },
  verdictHost: { type: 'string', unit: 'address', default: '0.0.0.0', description: 'where miners ask for their own verdicts' },
  verdictPort: {
    type: 'integer',
    min: 0,
    max: 65_535,
    description: 'its port, 0 picks a free one; without it miners cannot ask for verdicts',
  },
  logLevel: {
    type: 'string',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'least level that is logged',
  },
})
