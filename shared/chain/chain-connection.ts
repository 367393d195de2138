import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { CallLimits, RpcSocket } from './rpc-socket.ts'
import { assertHex, loadRuntime, type Runtime, readRuntimeVersion } from './runtime.ts'
import { SenderQueue } from './sender-queue.ts'

/** What every verb of the adapter works on. */
export interface ChainConnection {
  readonly socket: RpcSocket
  readonly genesisHash: `0x${string}`
  readonly timeoutMs: number
  readonly blockTimeMs: number
  readonly senders: SenderQueue
  /** The runtime now: it is loaded anew when the chain upgrades. */
  runtime(): Runtime
}

/** Asks a fresh socket who it is, and loads its runtime. Throws CHAIN_WRONG_GENESIS before anything else is read. */
export async function openConnection(
  socket: RpcSocket,
  options: { readonly expectedGenesisHash?: string; readonly timeoutMs: number },
  limits: CallLimits,
): Promise<ChainConnection> {
  const genesisHash = await readGenesis(socket, options.expectedGenesisHash, limits)
  let runtime = await loadRuntime(socket, limits)
  let loading: Promise<void> | null = null
  const reload = async () => {
    // One load at a time; what a change during a load would bring is caught by the next notification.
    loading ??= (async () => {
      // The first notification after a reconnect: another chain may listen at the same address now.
      await readGenesis(socket, genesisHash)
      const { specVersion } = await readRuntimeVersion(socket)
      if (specVersion !== runtime.specVersion) runtime = await loadRuntime(socket)
    })()
      .catch((error: unknown) => (isAssayError(error, 'CHAIN_WRONG_GENESIS') ? socket.close(error) : undefined))
      .finally(() => {
        loading = null
      })
    await loading
  }
  const methods = { subscribe: 'state_subscribeRuntimeVersion', unsubscribe: 'state_unsubscribeRuntimeVersion' }
  await socket.subscribe(methods, [], { onResult: () => void reload() }, limits)
  return {
    socket,
    genesisHash,
    timeoutMs: options.timeoutMs,
    blockTimeMs: blockTimeOf(runtime),
    senders: new SenderQueue(),
    runtime: () => runtime,
  }
}

async function readGenesis(socket: RpcSocket, expectedGenesisHash: string | undefined, limits: CallLimits = {}): Promise<`0x${string}`> {
  const genesisHash = assertHex(await socket.call('chain_getBlockHash', [0], limits), 'chain_getBlockHash')
  if (expectedGenesisHash === undefined || expectedGenesisHash === genesisHash) return genesisHash
  throw new AssayError('CHAIN_WRONG_GENESIS', { endpoint: socket.endpoint, genesisHash, expectedGenesisHash })
}

/** The slot length that the runtime declares; 12 s, Subtensor's own, where it declares none. */
function blockTimeOf({ decorated }: Runtime): number {
  const slot = Number(decorated.consts.aura?.slotDuration ?? 0)
  if (slot > 0) return slot
  const minimumPeriod = Number(decorated.consts.timestamp?.minimumPeriod ?? 0)
  return minimumPeriod > 0 ? minimumPeriod * 2 : 12_000
}
