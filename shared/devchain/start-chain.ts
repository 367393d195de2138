import { waitForCrypto } from '../identity/crypto-ready.ts'
import { BlockProducer, type BuildMode, type ReorgOptions } from './chain/block-producer.ts'
import { Chain } from './chain/chain.ts'
import type { Context } from './context.ts'
import { devAccounts, devBalances } from './genesis/dev-accounts.ts'
import type { PresetName } from './genesis/preset.ts'
import { presets } from './genesis/presets.ts'
import { createNodeRuntime } from './node-runtime.ts'
import { defaultRpcLimits, type RpcLimits, RpcServer } from './rpc/rpc-server.ts'

/** How an embedded chain starts; everything has a default. */
export interface StartChainOptions {
  readonly preset?: PresetName
  /** The preset's (12,000 or 500) unless given; the chain's constants repeat it. */
  readonly blockTimeMs?: number
  /** 'interval' makes a block per block time, 'manual' only on demand, 'instant' for every transaction. */
  readonly mode?: BuildMode
  readonly host?: string
  /** 0 picks a free one. */
  readonly port?: number
  /** The SQLite file; without it the chain lives in memory. */
  readonly path?: string
  readonly finalityLag?: number
  readonly historyBlocks?: number
  readonly limits?: Partial<RpcLimits>
  readonly genesis?: {
    /** Added to those of the development accounts: lower-case 0x public keys and rao. */
    readonly balances?: readonly (readonly [account: string, amountRao: bigint])[]
    readonly sudo?: string
    readonly timestampMs?: number
    readonly setup?: (ctx: Context) => void
  }
  /** Hears of faults that are ours; printed on stderr unless given. */
  readonly onFault?: (error: unknown) => void
}

export interface RunningChain {
  /** ws://host:port; the same port answers HTTP POST. */
  readonly url: string
  readonly httpUrl: string
  readonly host: string
  readonly port: number
  readonly genesisHash: string
  readonly chain: Chain
  /** Makes blocks at once and gives the last one's number and hash. */
  newBlock(count?: number): { readonly number: number; readonly hash: string }
  /** Replaces the newest blocks, which must not be final, by a fork; gives the new head. Throws DEVCHAIN_REORG. */
  reorg(depth: number, options?: ReorgOptions): { readonly number: number; readonly hash: string }
  /** Stops blocks, connections and the file, in this order. */
  stop(): Promise<void>
}

/** Starts the embedded chain. Throws DEVCHAIN_PORT_TAKEN, DEVCHAIN_LISTEN, DEVCHAIN_OPEN, DEVCHAIN_OTHER_CHAIN. */
export async function startChain(options: StartChainOptions = {}): Promise<RunningChain> {
  await waitForCrypto()
  const name = options.preset ?? 'default'
  const preset = { ...presets[name], blockTimeMs: options.blockTimeMs ?? presets[name].blockTimeMs }
  const { blockTimeMs } = preset
  const host = options.host ?? '127.0.0.1'
  const onFault = options.onFault ?? printFault
  const chain = new Chain({
    runtime: createNodeRuntime(preset),
    genesis: {
      sudo: options.genesis?.sudo ?? devAccounts.Alice,
      balances: [...devBalances, ...(options.genesis?.balances ?? [])],
      timestampMs: options.genesis?.timestampMs ?? Date.now(),
      ...(options.genesis?.setup === undefined ? {} : { setup: options.genesis.setup }),
    },
    path: options.path ?? ':memory:',
    finalityLag: options.finalityLag ?? 2,
    historyBlocks: options.historyBlocks ?? 256,
    onFault,
  })
  const producer = new BlockProducer({ chain, blockTimeMs, mode: options.mode ?? 'interval', onFault })
  const server = new RpcServer({
    scope: { chain, producer },
    host,
    port: options.port ?? 0,
    limits: { ...defaultRpcLimits, ...options.limits },
    onFault,
  })
  const port = await server.start().catch((error: unknown) => {
    chain.close()
    throw error
  })
  producer.start()
  return {
    url: `ws://${host}:${port}`,
    httpUrl: `http://${host}:${port}`,
    host,
    port,
    genesisHash: chain.genesisHash,
    chain,
    newBlock: (count = 1) => producer.newBlocks(count),
    reorg: (depth, options) => producer.reorg(depth, options),
    async stop() {
      producer.stop()
      await server.stop()
      chain.close()
    },
  }
}

function printFault(error: unknown): void {
  process.stderr.write(`embedded chain: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
