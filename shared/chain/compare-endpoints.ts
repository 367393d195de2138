import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { BlockHead } from './chain-port.ts'
import type { HeadFollower } from './follow-heads.ts'
import { readBlockNumber } from './read-head.ts'
import type { RpcCaller, RpcSocket } from './rpc-socket.ts'
import { RpcWire } from './rpc-wire.ts'
import { assertHex } from './runtime.ts'

export interface CompareOptions {
  readonly everyMs: number
  readonly genesisHash: string
  /** Hears that a standby endpoint is on another chain or calls another block final. */
  readonly onTrouble: (error: AssayError) => void
}

/** Final blocks that a standby endpoint may be ahead before it is taken instead: finality comes a few blocks at a time. */
const mostBehind = 20
const maxMessageBytes = 1024 * 1024
const longestCallMs = 5_000

/**
 * Asks the endpoints that stand by, one after another and each over a socket of its own that is closed again, what they call final. What
 * was final first stays so: where they contradict it there is an alarm. Where they agree and are well ahead, the present endpoint has
 * lost touch with finality, and the connection moves on. Returns what ends it.
 */
export function compareEndpoints(socket: RpcSocket, heads: HeadFollower, options: CompareOptions): () => void {
  let turn = 0
  let asking: RpcWire | null = null
  const compare = async () => {
    const { standbys } = socket
    const endpoint = standbys[turn++ % Math.max(1, standbys.length)]
    if (endpoint === undefined || asking !== null) return
    const wire = openWire(endpoint, options.everyMs)
    asking = wire.wire
    try {
      await wire.opened
      await compareWith(wire.wire, socket, heads, options)
    } catch (error) {
      // An endpoint that does not answer now is no news: it only stands by.
      if (isAssayError(error, 'CHAIN_DISAGREE') || isAssayError(error, 'CHAIN_WRONG_GENESIS')) options.onTrouble(error)
    } finally {
      await wire.wire.close(new AssayError('CHAIN_CLOSED', { endpoint: wire.wire.endpoint }))
      asking = null
    }
  }
  const timer = setInterval(() => void compare(), options.everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    asking?.end(new AssayError('CHAIN_CLOSED', { endpoint: asking.endpoint }))
  }
}

function openWire(endpoint: string, everyMs: number): { readonly wire: RpcWire; readonly opened: Promise<void> } {
  let onOpen: () => void = () => undefined
  let onClose: (error: AssayError) => void = () => undefined
  const opened = new Promise<void>((resolve, reject) => {
    onOpen = resolve
    onClose = reject
  })
  opened.catch(() => undefined)
  const timeoutMs = Math.min(longestCallMs, everyMs)
  const wire = new RpcWire({
    endpoint,
    timeoutMs,
    maxMessageBytes,
    onOpen: () => onOpen(),
    onClose: error => onClose(error),
    onNotification,
  })
  return { wire, opened }
}

function onNotification(): void {}

async function compareWith(wire: RpcWire, socket: RpcSocket, heads: HeadFollower, { genesisHash }: CompareOptions): Promise<void> {
  const theirGenesis = assertHex(await wire.call('chain_getBlockHash', [0]), 'chain_getBlockHash')
  if (theirGenesis !== genesisHash)
    throw new AssayError('CHAIN_WRONG_GENESIS', { endpoint: wire.endpoint, genesisHash: theirGenesis, expectedGenesisHash: genesisHash })
  const ours = heads.latest('finalised')
  if (ours === null) return
  const { endpoint } = socket
  const hash = assertHex(await wire.call('chain_getFinalizedHead', []), 'chain_getFinalizedHead')
  const theirs = { hash, number: await readBlockNumber(wire, hash) }
  // Each is asked at the height that both call final.
  const [lower, higher]: readonly [BlockHead, RpcCaller] = theirs.number < ours.number ? [theirs, socket] : [ours, wire]
  const there = await higher.call('chain_getBlockHash', [lower.number])
  if (endpoint !== socket.endpoint) return
  if (there !== lower.hash) {
    const [our, their] = lower === ours ? [ours.hash, there] : [there, theirs.hash]
    throw new AssayError('CHAIN_DISAGREE', { endpoint, other: wire.endpoint, block: lower.number, hash: our, theirs: their })
  }
  const present = heads.latest('finalised')?.number ?? ours.number
  if (theirs.number > present + mostBehind) socket.reconnect(new AssayError('CHAIN_BEHIND', { endpoint, block: theirs.number }))
}
