import { join } from 'node:path'
import { connectionOptions } from '../shared/chain/connection-options.ts'
import { expandHome } from '../shared/identity/wallet-location.ts'
import { walletOptions } from '../shared/identity/wallet-options.ts'
import { defineOptions, type SettingsOf } from '../shared/settings/option.ts'

/** The settings of `assay miner start`. */
export const minerOptions = defineOptions({
  netuid: { type: 'integer', required: true, min: 0, max: 65_535, envAliases: ['NETUID'], description: 'the subnet to serve' },
  ...connectionOptions,
  ...walletOptions,
  hotkeyFile: { type: 'string', unit: 'file', description: "a hotkey's file outside a wallet folder, instead of the wallet's" },
  passwordFile: { type: 'string', unit: 'file', description: 'file of mode 600 that holds the password of an encrypted key' },
  register: { type: 'boolean', default: false, description: "register the hotkey with the wallet's coldkey where it is not registered" },
  axonHost: {
    type: 'string',
    unit: 'ip',
    default: '0.0.0.0',
    aliases: ['axon.ip'],
    envAliases: ['BT_AXON_IP'],
    description: 'address to listen at',
  },
  axonPort: {
    type: 'integer',
    default: 8091,
    min: 0,
    max: 65_535,
    aliases: ['axon.port'],
    envAliases: ['BT_AXON_PORT'],
    description: 'port to listen at; 0 takes a free one',
  },
  externalHost: {
    type: 'string',
    unit: 'ip',
    aliases: ['axon.external_ip'],
    envAliases: ['BT_AXON_EXTERNAL_IP'],
    description: 'IP address that validators dial; needed where axonHost is 0.0.0.0 or ::',
  },
  externalPort: {
    type: 'integer',
    min: 1,
    max: 65_535,
    aliases: ['axon.external_port'],
    envAliases: ['BT_AXON_EXTERNAL_PORT'],
    description: 'port that validators dial, where it is not the one listened at',
  },
  tlsPort: {
    type: 'integer',
    min: 0,
    max: 65_535,
    description:
      'port for validators with a TLS key on chain, announced instead of axonPort with the key of this miner; 0 takes a free one, without it there is no TLS',
  },
  modelFolder: { type: 'string', unit: 'folder', required: true, description: 'folder of the model: manifest, graph, tokenizer' },
  modelFolders: { type: 'list', unit: 'folders', description: 'folders of further models, separated by commas' },
  catalogueFile: {
    type: 'string',
    unit: 'file',
    description: 'JSON file of further models, {"models": [{"folder": "..."}]}; read again when it or a manifest changes, and at SIGHUP',
  },
  modelMemory: {
    type: 'integer',
    unit: 'bytes',
    default: 0,
    min: 0,
    description: 'memory for the weights of all models, counted twice; the one not used for longest is unloaded; 0 sets no limit',
  },
  engine: {
    type: 'string',
    unit: 'name or path',
    default: 'onnx',
    description:
      'what runs the models: onnx, llama-cpp (GGUF models), upstream (servers with the interface of OpenAI), or the path of a plug-in module',
  },
  provider: {
    type: 'string',
    default: 'cpu',
    choices: ['cpu', 'cuda', 'webgpu', 'vulkan', 'metal'],
    description: 'where the engine runs: cpu, cuda or webgpu for onnx; cpu, cuda, vulkan or metal for llama-cpp',
  },
  upstreamUrls: {
    type: 'list',
    unit: 'URLs',
    description: 'base URLs of the upstream servers, e.g. http://127.0.0.1:8000, separated by commas',
  },
  upstreamModel: { type: 'string', unit: 'name', description: "the model's name at the upstream servers, where it is not the same" },
  upstreamKeyFile: { type: 'string', unit: 'file', description: 'file of mode 600 that holds the API key of the upstream servers' },
  threads: { type: 'integer', default: 1, min: 1, max: 256, description: 'threads of one operation of the engine' },
  concurrency: { type: 'integer', default: 16, min: 1, max: 256, description: 'requests in the engine at the same time, its batch' },
  kvMemory: {
    type: 'integer',
    unit: 'MB',
    default: 0,
    min: 0,
    max: 1_000_000,
    description: 'memory for keys and values of the answers under way; 0 takes a quarter of the machine, at most 2048',
  },
  tokenRate: {
    type: 'number',
    unit: 'tokens/s',
    default: 0,
    min: 0,
    description: 'output tokens per second at most, a prompt token counting a tenth; 0 sets no limit',
  },
  queueLimit: { type: 'integer', default: 64, min: 1, max: 10_000, description: 'requests that may wait' },
  burstSeconds: {
    type: 'number',
    unit: 's',
    default: 1.5,
    min: 0.1,
    max: 60,
    description: 'seconds of its share that a caller may save up',
  },
  minCallerStake: {
    type: 'integer',
    unit: 'rao',
    default: 1_000_000_000_000,
    min: 0,
    description: 'least stake weight of a caller, in alpha rao',
  },
  badSignatureRate: {
    type: 'number',
    unit: '1/s',
    default: 10,
    min: 0.1,
    description: 'signatures per second that may fail from one address',
  },
  signatureThreads: { type: 'integer', default: 1, min: 1, max: 8, description: 'threads that check signatures' },
  sessionSeconds: {
    type: 'integer',
    unit: 's',
    default: 3_000,
    min: 10,
    max: 3_600,
    description: 'life of a session, after which a caller opens a new one',
  },
  openingMemory: {
    type: 'integer',
    unit: 'MB',
    default: 256,
    min: 0,
    max: 1_000_000,
    description:
      'memory for the hidden rows behind receipts, which validators may ask to see; the oldest go first, and a lost one is a miss',
  },
  openingSeconds: {
    type: 'integer',
    unit: 's',
    default: 2_700,
    min: 1,
    max: 86_400,
    description: 'time that the rows behind a receipt are kept; longer than `proof.keepBlocks` of the subnet file',
  },
  benchmarkFile: {
    type: 'string',
    unit: 'file',
    description: 'what `assay miner bench --json` wrote: the capacity that the offer states; without it the offer states none',
  },
  class: {
    type: 'string',
    unit: 'ARTEFACT/PRECISION',
    description: 'class of the offer, e.g. gguf/fp16, where engine and manifest do not say it',
  },
  price: {
    type: 'integer',
    unit: 'rao',
    default: 0,
    min: 0,
    description: 'price of a million output tokens that the offer states; 0 asks nothing beyond emission',
  },
  region: { type: 'string', unit: 'name', default: '', description: 'where this miner runs, as the offer states it, e.g. eu-central' },
  tier: { type: 'string', unit: 'name', default: 'standard', description: 'service that the offer states, in the words of the subnet' },
  refreshSeconds: { type: 'number', unit: 's', default: 12, min: 0.05, max: 3_600, description: 'time between two reads of the metagraph' },
  keyFile: {
    type: 'string',
    unit: 'file',
    description: "API keys of the miner's own callers, made with `assay miner key add`; without it only validators may ask",
  },
  graphs: {
    type: 'list',
    unit: 'NAME=FILE',
    description: 'ONNX graphs of any kind for callers with an API key, served at /v1/infer',
  },
  statusAccess: {
    type: 'string',
    default: 'loopback',
    choices: ['loopback', 'key', 'off'],
    description:
      'who may see /status and the page at /: loopback (programs on this machine, and callers with an API key), key (the latter alone: choose it behind a proxy on this machine that adds no header), off',
  },
  drainSeconds: {
    type: 'number',
    unit: 's',
    default: 25,
    min: 0,
    max: 600,
    description: 'time that answers in flight get when the miner stops',
  },
  dataFolder: {
    type: 'string',
    unit: 'folder',
    description: 'where the ledger lies; by default ~/.assay/miners/WALLET/HOTKEY/netuidN',
  },
  logLevel: {
    type: 'string',
    default: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    description: 'what is logged',
  },
})

export type MinerSettings = SettingsOf<typeof minerOptions>

/** The folder of a miner's databases as an absolute path. */
export function dataFolderOf({ dataFolder, walletName, walletHotkey, netuid }: MinerSettings): string {
  return expandHome(dataFolder ?? join('~', '.assay', 'miners', walletName, walletHotkey, `netuid${netuid}`))
}
