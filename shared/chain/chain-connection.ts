import type { AssayError } from '../errors/assay-error.ts'
import { isAssayError } from '../errors/assay-error.ts'
import { compareEndpoints } from './compare-endpoints.ts'
import { followHeads, type HeadFollower } from './follow-heads.ts'
import { followRuntime, greetEndpoint } from './greet-endpoint.ts'
import { KnownHeight } from './known-height.ts'
import { type CallLimits, RpcSocket } from './rpc-socket.ts'
import type { Runtime } from './runtime.ts'
import { SenderQueue } from './sender-queue.ts'

/** What every verb of the adapter works on. */
export interface ChainConnection {
  readonly socket: RpcSocket
  readonly genesisHash: `0x${string}`
  readonly timeoutMs: number
  readonly blockTimeMs: number
  readonly senders: SenderQueue
  readonly heads: HeadFollower
  readonly height: KnownHeight
  /** The runtime now: it is loaded anew when the chain upgrades. */
  runtime(): Runtime
  /** Asks for the runtime's version and loads it anew where it changed. Throws the codes of a call. */
  refreshRuntime(limits?: CallLimits): Promise<Runtime>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly endpoints: readonly string[]
  readonly expectedGenesisHash?: `0x${string}`
  readonly timeoutMs: number
  readonly stallMs?: number
  readonly compareMs?: number
  readonly onTrouble?: (error: AssayError) => void
}

const longestGreetingMs = 10_000
const stallBlocks = 3
const leastStallMs = 10_000
const defaultCompareMs = 60_000

/** Connects to the first endpoint that answers as the right chain, and loads its runtime. Throws CHAIN_UNREACHABLE, CHAIN_WRONG_GENESIS, CHAIN_DECODE. */
export async function openConnection(options: OpenOptions, limits: CallLimits): Promise<ChainConnection> {
  const { timeoutMs, onTrouble } = options
  // Where there are several endpoints, a mute one must leave time for the others.
  const greetingMs = Math.min(longestGreetingMs, timeoutMs / (options.endpoints.length === 1 ? 1 : options.endpoints.length + 1))
  let genesisHash = options.expectedGenesisHash
  let runtime: Runtime | null = null
  let heads: HeadFollower | null = null
  const height = new KnownHeight()
  const current = (): Runtime => runtime ?? unopened()
  const socket = new RpcSocket({
    endpoints: options.endpoints,
    timeoutMs,
    ...(onTrouble && { onTrouble }),
    async greet(wire) {
      const known = { genesisHash, runtime, finalised: heads?.latest('finalised') ?? null, height }
      const met = await greetEndpoint(wire, known, { timeoutMs: greetingMs })
      genesisHash = met.genesisHash
      runtime = met.runtime
    },
  })
  socket.start()
  try {
    await socket.waitUntilReady(limits)
  } catch (error) {
    await socket.close()
    throw error
  }
  let loading: Promise<Runtime> | null = null
  // One load at a time; what a change during a load would bring is caught by the next notification.
  const refreshRuntime = (refreshLimits: CallLimits = {}) => {
    loading ??= followRuntime(socket, current(), refreshLimits)
      .then(next => {
        runtime = next
        return next
      })
      .finally(() => {
        loading = null
      })
    return loading
  }
  const onVersion = () =>
    void refreshRuntime().catch((error: unknown) => {
      // An endpoint whose runtime cannot be read is of no use; another one may do better.
      if (isAssayError(error)) socket.reconnect(error)
    })
  const blockTimeMs = blockTimeOf(current())
  socket.boundPauses(blockTimeMs)
  const stallMs = options.stallMs ?? Math.max(leastStallMs, stallBlocks * blockTimeMs)
  const follower = followHeads(socket, current, { stallMs, height })
  heads = follower
  try {
    const methods = { subscribe: 'state_subscribeRuntimeVersion', unsubscribe: 'state_unsubscribeRuntimeVersion' }
    await socket.subscribe(methods, [], { onResult: onVersion }, limits)
  } catch (error) {
    follower.stop()
    await socket.close()
    throw error
  }
  const stopComparing = compareEndpoints(socket, follower, {
    everyMs: options.compareMs ?? defaultCompareMs,
    genesisHash: genesisHash ?? unopened(),
    onTrouble: error => onTrouble?.(error),
  })
  return {
    socket,
    genesisHash: genesisHash ?? unopened(),
    timeoutMs,
    blockTimeMs,
    senders: new SenderQueue(),
    heads: follower,
    height,
    runtime: current,
    refreshRuntime,
    close: async () => {
      stopComparing()
      follower.stop()
      await socket.close()
    },
  }
}

/** A connection is ready only after a greeting, and a greeting sets both. */
function unopened(): never {
  throw new Error('the connection was used before it was opened')
}

/** The slot length that the runtime declares; 12 s, Subtensor's own, where it declares none. */
function blockTimeOf({ decorated }: Runtime): number {
  const slot = Number(decorated.consts.aura?.slotDuration ?? 0)
  if (slot > 0) return slot
  const minimumPeriod = Number(decorated.consts.timestamp?.minimumPeriod ?? 0)
  return minimumPeriod > 0 ? minimumPeriod * 2 : 12_000
}
