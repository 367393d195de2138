import { afterEach, beforeAll } from 'vitest'
import type { ConnectOptions } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, type StartChainOptions, startChain } from '../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { type RpcProxy, startRpcProxy } from './rpc-proxy.ts'

/** A busy machine is no failure. */
export const patient = { timeout: 20_000, interval: 20 }
const genesisMs = 1_700_000_000_000

export interface ChainFaultLab {
  /** An embedded chain that makes blocks on demand; all of one lab have the same genesis unless told otherwise. */
  chain(options?: StartChainOptions): Promise<RunningChain>
  proxy(target: RunningChain, port?: number): Promise<RpcProxy>
  connect(endpoint: string | readonly string[], options?: Partial<ConnectOptions>): Promise<SubstrateChain>
  /** Codes of the troubles that the connections of this test reported, in order. */
  readonly troubles: string[]
}

/** Chains, proxies and connections that end with their test. */
export function chainFaultLab(): ChainFaultLab {
  const cleanups: (() => Promise<void>)[] = []
  const troubles: string[] = []
  beforeAll(() => waitForCrypto())
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
    troubles.length = 0
  })
  return {
    troubles,
    async chain(options = {}) {
      const running = await startChain({
        preset: 'fast',
        blockTimeMs: 50,
        mode: 'manual',
        ...options,
        genesis: { timestampMs: genesisMs, ...options.genesis },
      })
      cleanups.push(() => running.stop())
      return running
    },
    async proxy(target, port) {
      const proxy = await startRpcProxy(target.url, port)
      cleanups.push(() => proxy.close())
      return proxy
    },
    async connect(endpoint, options = {}) {
      const chain = await connectSubstrateChain({ endpoint, timeoutMs: 5_000, onTrouble: error => troubles.push(error.code), ...options })
      cleanups.push(() => chain.close())
      return chain
    },
  }
}
