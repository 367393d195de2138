import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { BlockHead } from './chain-port.ts'
import { parseHeader } from './read-head.ts'
import type { RpcSocket } from './rpc-socket.ts'
import type { Runtime } from './runtime.ts'

export type HeadKind = 'best' | 'finalised'

/** The heads as the connected endpoint reports them. */
export interface HeadFollower {
  /** The newest head that was reported; null before the first. */
  latest(kind: HeadKind): BlockHead | null
  /** The hash that a best head of this height had; undefined where it is not among the last eight. */
  hashAt(number: number): string | undefined
  /** Calls back on every report until the returned function is called, at first with the newest one at hand. */
  listen(kind: HeadKind, onHead: (head: BlockHead) => void): () => void
  stop(): void
}

const methods = {
  best: { subscribe: 'chain_subscribeNewHeads', unsubscribe: 'chain_unsubscribeNewHeads' },
  finalised: { subscribe: 'chain_subscribeFinalizedHeads', unsubscribe: 'chain_unsubscribeFinalizedHeads' },
}
const retryMs = 1_000
const maxHashes = 8
const probeMs = 5_000
/** The only endpoint is left for a new connection to itself only after so many silent spans: where it answers, the chain may just have paused. */
const patientSpans = 6

/**
 * Follows both kinds of heads over one subscription each, across reconnects, and watches the height: where no higher head came for
 * `stallMs`, the endpoint is left for the next one. Open sockets have been seen to say nothing for days.
 */
export function followHeads(socket: RpcSocket, runtime: () => Runtime, { stallMs }: { readonly stallMs: number }): HeadFollower {
  const heads: Record<HeadKind, BlockHead | null> = { best: null, finalised: null }
  const hashes = new Map<number, string>()
  const listeners = { best: new Set<(head: BlockHead) => void>(), finalised: new Set<(head: BlockHead) => void>() }
  const ends: Array<() => void> = []
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false
  let highest = -1
  let silentSpans = 0

  const onResult = (kind: HeadKind, header: unknown) => {
    const head = tryParse(runtime, header)
    if (head === null || stopped) return
    heads[kind] = head
    if (kind === 'best') {
      remember(hashes, head)
      if (head.number > highest) {
        highest = head.number
        silentSpans = 0
        watchdog.refresh()
      }
    }
    for (const call of [...listeners[kind]]) call(head)
  }
  const begin = async (kind: HeadKind) => {
    try {
      const end = await socket.subscribe(methods[kind], [], { onResult: header => onResult(kind, header) })
      if (stopped) end()
      else ends.push(end)
    } catch (error) {
      // No connection yet: the socket is at it, and the subscription is asked for again. A closed one stays closed.
      if (stopped || isAssayError(error, 'CHAIN_CLOSED')) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        void begin(kind)
      }, retryMs)
      timer.unref()
      timers.add(timer)
    }
  }
  const onSilence = async () => {
    silentSpans += 1
    const { endpoint } = socket
    const reached = await socket.call('chain_getHeader', [], { timeoutMs: Math.min(probeMs, stallMs) }).then(
      header => tryParse(runtime, header)?.number ?? -1,
      () => null,
    )
    if (stopped || silentSpans === 0 || endpoint !== socket.endpoint) return
    const answers = reached !== null && reached <= highest
    if (answers && socket.endpointCount === 1 && silentSpans % patientSpans !== 0) return
    socket.reconnect(new AssayError('CHAIN_STALLED', { endpoint, block: highest, silentMs: silentSpans * stallMs }))
  }
  const watchdog = setInterval(() => void onSilence(), stallMs)
  watchdog.unref()
  void begin('best')
  void begin('finalised')
  return {
    latest: kind => heads[kind],
    hashAt: number => hashes.get(number),
    listen(kind, onHead) {
      let listening = true
      const call = (head: BlockHead) => {
        if (listening) onHead(head)
      }
      listeners[kind].add(call)
      const present = heads[kind]
      if (present !== null) queueMicrotask(() => call(present))
      return () => {
        listening = false
        listeners[kind].delete(call)
      }
    },
    stop() {
      stopped = true
      clearInterval(watchdog)
      for (const timer of timers) clearTimeout(timer)
      for (const end of ends) end()
    },
  }
}

/** A header that cannot be read is skipped: the next one follows, and nobody waits for this one. */
function tryParse(runtime: () => Runtime, header: unknown): BlockHead | null {
  try {
    return parseHeader({ runtime }, header)
  } catch (error) {
    if (isAssayError(error)) return null
    throw error
  }
}

function remember(hashes: Map<number, string>, { number, hash }: BlockHead): void {
  hashes.set(number, hash)
  for (const old of hashes.keys()) {
    if (hashes.size <= maxHashes) return
    hashes.delete(old)
  }
}
