import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { BlockHead } from './chain-port.ts'
import type { KnownHeight } from './known-height.ts'
import { type LinkedHead, parseHeader } from './read-head.ts'
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
export function followHeads(
  socket: RpcSocket,
  runtime: () => Runtime,
  { stallMs, height }: { readonly stallMs: number; readonly height: KnownHeight },
): HeadFollower {
  const heads: Record<HeadKind, BlockHead | null> = { best: null, finalised: null }
  const hashes = new Map<number, string>()
  const listeners = { best: new Set<(head: BlockHead) => void>(), finalised: new Set<(head: BlockHead) => void>() }
  const ends: Array<() => void> = []
  const timers = new Set<NodeJS.Timeout>()
  let stopped = false
  let highest = -1
  let silentSpans = 0

  /** What is far above all others, or breaks with what was final, is looked into: one report of each kind at a time. */
  const inDoubt = new Set<HeadKind>()
  const onResult = (kind: HeadKind, header: unknown) => {
    const linked = tryParse(runtime, header)
    if (linked === null || stopped) return
    const { head } = linked
    const final = heads.finalised
    if (kind === 'finalised' && final !== null && head.number < final.number) return
    if (height.isNear(head.number) && (kind === 'best' || isNextOf(final, linked))) {
      height.raise(head.number)
      take(kind, head)
    } else if (!inDoubt.has(kind)) {
      inDoubt.add(kind)
      void examine(kind, head, final).finally(() => inDoubt.delete(kind))
    }
  }
  /** Takes a head that its endpoint can show on the chain that was final before; leaves the endpoint where it cannot. */
  const examine = async (kind: HeadKind, head: BlockHead, final: BlockHead | null) => {
    const { endpoint } = socket
    try {
      await height.admit(socket, head)
      if (kind === 'finalised' && final !== null && final.number > 0) await assertHeld(socket, final, head)
      // A newer one may have been final meanwhile.
      const overtaken = kind === 'finalised' && head.number < (heads.finalised?.number ?? 0)
      if (!stopped && !overtaken) take(kind, head)
    } catch (error) {
      // What was not answered shows nothing; the next report is examined again.
      const refused = isAssayError(error, 'CHAIN_HEAD_REFUSED') || isAssayError(error, 'CHAIN_FORKED')
      if (refused && !stopped && endpoint === socket.endpoint) socket.reconnect(error)
    }
  }
  const take = (kind: HeadKind, head: BlockHead) => {
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
      header => tryParse(runtime, header)?.head.number ?? -1,
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
function tryParse(runtime: () => Runtime, header: unknown): LinkedHead | null {
  try {
    return parseHeader({ runtime }, header)
  } catch (error) {
    if (isAssayError(error)) return null
    throw error
  }
}

/** Whether a final head follows the last one without a gap; after a gap the endpoint is asked. Of block 0 the greeting makes sure. */
function isNextOf(final: BlockHead | null, { head, parentHash }: LinkedHead): boolean {
  if (final === null || final.number === 0 || head.hash === final.hash) return true
  return head.number === final.number + 1 && parentHash === final.hash
}

/** What was final stays so: an endpoint that now has another block there has gone over to a fork. */
async function assertHeld(socket: RpcSocket, { number, hash }: BlockHead, newer: BlockHead): Promise<void> {
  const theirs = number === newer.number ? newer.hash : await socket.call('chain_getBlockHash', [number])
  if (theirs !== hash) throw new AssayError('CHAIN_FORKED', { endpoint: socket.endpoint, block: number, hash, theirs })
}

function remember(hashes: Map<number, string>, { number, hash }: BlockHead): void {
  hashes.set(number, hash)
  for (const old of hashes.keys()) {
    if (hashes.size <= maxHashes) return
    hashes.delete(old)
  }
}
