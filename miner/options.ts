import { join } from 'node:path'
import { connectionOptions } from '../shared/chain/connection-options.ts'
import { expandHome } from '../shared/identity/wallet-location.ts'
import { defineOptions, type SettingsOf } from '../shared/settings/option.ts'

/** The settings of `assay miner start`. */
export const minerOptions = defineOptions({
  netuid: { type: 'integer', required: true, min: 0, max: 65_535, envAliases: ['NETUID'], description: 'the subnet to serve' },
  ...connectionOptions,
  walletPath: {
    type: 'string',
    unit: 'folder',
    default: '~/.bittensor/wallets',
    aliases: ['wallet.path'],
    envAliases: ['BT_WALLET_PATH'],
    description: 'root of all wallets',
  },
  walletName: {
    type: 'string',
    unit: 'name',
    default: 'default',
    aliases: ['wallet.name'],
    envAliases: ['BT_WALLET_NAME'],
    description: 'wallet',
  },
  walletHotkey: {
    type: 'string',
    unit: 'name',
    default: 'default',
    aliases: ['wallet.hotkey'],
    envAliases: ['BT_WALLET_HOTKEY'],
    description: 'hotkey of the wallet',
  },
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
  modelFolder: { type: 'string', unit: 'folder', required: true, description: 'folder of the model: manifest, graph, tokenizer' },
  engine: { type: 'string', unit: 'path', default: 'onnx', description: 'what runs the model: onnx, or the path of a plug-in module' },
  provider: { type: 'string', default: 'cpu', choices: ['cpu', 'cuda', 'webgpu'], description: 'where the onnx engine runs' },
  threads: { type: 'integer', default: 1, min: 1, max: 256, description: 'threads of one operation of the engine' },
  concurrency: { type: 'integer', default: 4, min: 1, max: 256, description: 'requests in the engine at the same time' },
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
  refreshSeconds: { type: 'number', unit: 's', default: 12, min: 0.05, max: 3_600, description: 'time between two reads of the metagraph' },
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
