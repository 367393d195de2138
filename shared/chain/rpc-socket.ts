import { WebSocket } from 'ws'
import { AssayError } from '../errors/assay-error.ts'
import { parseRpcMessage } from './parse-rpc-message.ts'

/** How one call is limited; `timeoutMs` covers waiting for a connection and for the answer. */
export interface CallLimits {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What a subscription gets: results, and once an end where the connection went and it cannot be taken up again. */
export interface SubscriptionSink {
  readonly onResult: (result: unknown) => void
  /** Absent: subscribe again after a reconnect. Present: the subscription ends with the connection. */
  readonly onLost?: (error: AssayError) => void
}

export interface RpcSocketOptions {
  readonly endpoint: string
  readonly timeoutMs: number
}

interface Pending {
  readonly method: string
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Subscription {
  readonly method: string
  readonly unsubscribeMethod: string
  readonly params: readonly unknown[]
  readonly sink: SubscriptionSink
  remoteId: string | null
}

const maxPending = 1024
const maxMessageBytes = 64 * 1024 * 1024
const maxEarlyResults = 256
const firstRetryMs = 200
const lastRetryMs = 5_000
const pingEveryMs = 20_000
/** A connection that ends sooner does not count as a success: the pauses between attempts go on growing. */
const stableMs = 10_000
/** So many calls in a row without an answer mean that the node behind the open socket is gone. */
const maxSilentCalls = 3

/**
 * JSON-RPC over one WebSocket that comes back after it was lost: one attempt at a time, with growing pauses. Every call has a
 * deadline, a socket that stays silent is replaced, and what the other side sends can never throw into the event loop.
 */
export class RpcSocket {
  readonly endpoint: string
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending>()
  readonly #subscriptions = new Set<Subscription>()
  /** Results that overtook the answer that names their subscription; kept only while such an answer is awaited. */
  #early: { readonly remoteId: string; readonly result: unknown }[] = []
  #subscribing = 0
  readonly #waiting = new Set<() => void>()
  #socket: WebSocket | null = null
  #open = false
  #closed: AssayError | null = null
  #nextId = 1
  #retryMs = firstRetryMs
  #retryTimer: NodeJS.Timeout | undefined
  #pingTimer: NodeJS.Timeout | undefined
  #heard = true
  #openedAtMs = 0
  #silentCalls = 0
  #lastProblem = 'no attempt was finished yet'

  constructor(options: RpcSocketOptions) {
    this.endpoint = options.endpoint
    this.#timeoutMs = options.timeoutMs
  }

  /** Begins to connect; calls wait for it within their own deadline. */
  start(): void {
    if (this.#closed !== null || this.#socket !== null) return
    const socket = new WebSocket(this.endpoint, {
      handshakeTimeout: Math.min(this.#timeoutMs, 10_000),
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
    })
    this.#socket = socket
    socket.on('open', () => this.#onOpen(socket))
    socket.on('message', data => this.#onMessage(String(data)))
    socket.on('pong', () => {
      this.#heard = true
    })
    socket.on('error', error => {
      this.#lastProblem = error.message || ('code' in error ? String(error.code) : 'the connection failed')
    })
    socket.on('close', () => this.#onClose(socket))
  }

  /** Sends one call. Throws CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_RPC, CHAIN_BUSY, CHAIN_CLOSED, or the signal's reason. */
  async call(method: string, params: readonly unknown[], limits: CallLimits = {}): Promise<unknown> {
    if (this.#closed !== null) throw this.#closed
    if (this.#pending.size + this.#waiting.size >= maxPending)
      throw new AssayError('CHAIN_BUSY', { what: this.endpoint, count: maxPending })
    const timeoutMs = limits.timeoutMs ?? this.#timeoutMs
    limits.signal?.throwIfAborted()
    let id: number | undefined
    let onOpen: (() => void) | undefined
    let timer: NodeJS.Timeout | undefined
    let onAbort: (() => void) | undefined
    try {
      return await new Promise((resolve, reject) => {
        const send = () => {
          onOpen = undefined
          id = this.#nextId++
          this.#pending.set(id, { method, resolve, reject })
          this.#socket?.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
        }
        timer = setTimeout(() => reject(this.#timeout(method, timeoutMs, id !== undefined)), timeoutMs)
        onAbort = () => reject(limits.signal?.reason)
        limits.signal?.addEventListener('abort', onAbort, { once: true })
        if (this.#open) return send()
        onOpen = () => (this.#closed === null ? send() : reject(this.#closed))
        this.#waiting.add(onOpen)
      })
    } finally {
      clearTimeout(timer)
      if (onAbort !== undefined) limits.signal?.removeEventListener('abort', onAbort)
      if (onOpen !== undefined) this.#waiting.delete(onOpen)
      if (id !== undefined) this.#pending.delete(id)
    }
  }

  /** Opens a subscription and returns what ends it. It survives reconnects unless its sink has `onLost`. */
  async subscribe(
    methods: { readonly subscribe: string; readonly unsubscribe: string },
    params: readonly unknown[],
    sink: SubscriptionSink,
    limits: CallLimits = {},
  ): Promise<() => void> {
    const subscription: Subscription = { method: methods.subscribe, unsubscribeMethod: methods.unsubscribe, params, sink, remoteId: null }
    await this.#enter(subscription, () => this.#subscriptions.add(subscription), limits)
    return () => this.#unsubscribe(subscription)
  }

  /** Drops the present socket and connects anew: for a connection that is open and says nothing. */
  reconnect(): void {
    this.#socket?.terminate()
  }

  /** Ends everything for good; calls that wait and calls to come fail with the reason, CHAIN_CLOSED unless one is given. */
  async close(reason = new AssayError('CHAIN_CLOSED', { endpoint: this.endpoint })): Promise<void> {
    if (this.#closed !== null) return
    this.#closed = reason
    clearTimeout(this.#retryTimer)
    const socket = this.#socket
    this.#subscriptions.clear()
    for (const wake of this.#waiting) wake()
    if (socket === null) return
    // A peer that never answers the closing handshake must not hold this program up.
    const force = setTimeout(() => socket.terminate(), 1000)
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve())
      socket.close(1000)
    })
    clearTimeout(force)
  }

  #onOpen(socket: WebSocket): void {
    this.#open = true
    this.#heard = true
    this.#silentCalls = 0
    this.#openedAtMs = performance.now()
    this.#pingTimer = setInterval(() => this.#ping(socket), pingEveryMs)
    this.#pingTimer.unref()
    for (const send of [...this.#waiting]) {
      this.#waiting.delete(send)
      send()
    }
    for (const subscription of this.#subscriptions) void this.#resubscribe(subscription)
  }

  #onClose(socket: WebSocket): void {
    if (this.#socket !== socket) return
    clearInterval(this.#pingTimer)
    if (this.#open) this.#lastProblem = 'the connection was lost'
    this.#open = false
    this.#socket = null
    this.#early = []
    const error = this.#closed ?? new AssayError('CHAIN_UNREACHABLE', { endpoint: this.endpoint, problem: this.#lastProblem })
    for (const pending of [...this.#pending.values()]) pending.reject(error)
    this.#pending.clear()
    for (const subscription of [...this.#subscriptions]) {
      subscription.remoteId = null
      if (subscription.sink.onLost === undefined) continue
      this.#subscriptions.delete(subscription)
      subscription.sink.onLost(error)
    }
    if (this.#closed !== null) return
    if (this.#openedAtMs > 0 && performance.now() - this.#openedAtMs >= stableMs) this.#retryMs = firstRetryMs
    this.#openedAtMs = 0
    this.#retryTimer = setTimeout(() => this.start(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs)
  }

  #onMessage(text: string): void {
    this.#heard = true
    const message = parseRpcMessage(text)
    if (message === null) return
    if (message.kind === 'notification') {
      this.#onNotification(message.subscription, message.result)
      return
    }
    const pending = this.#pending.get(message.id)
    this.#silentCalls = 0
    if (pending === undefined) return
    if (message.kind === 'result') {
      pending.resolve(message.result)
      return
    }
    const { code, data } = message.error
    pending.reject(
      new AssayError('CHAIN_RPC', {
        call: pending.method,
        problem: [message.error.message, data].filter(part => part !== undefined).join(': '),
        rpcCode: code,
        rpcMessage: message.error.message,
        rpcData: data,
      }),
    )
  }

  #onNotification(remoteId: string, result: unknown): void {
    const subscription = [...this.#subscriptions].find(candidate => candidate.remoteId === remoteId)
    if (subscription !== undefined) {
      subscription.sink.onResult(result)
      return
    }
    if (this.#subscribing > 0 && this.#early.length < maxEarlyResults) this.#early.push({ remoteId, result })
  }

  /** `onName` runs in the same turn as the naming: a result between the two would be lost. */
  async #enter(subscription: Subscription, onName: () => void, limits: CallLimits = {}): Promise<void> {
    this.#subscribing += 1
    try {
      const remoteId = String(await this.call(subscription.method, subscription.params, limits))
      subscription.remoteId = remoteId
      onName()
      for (const early of this.#early) if (early.remoteId === remoteId) subscription.sink.onResult(early.result)
      this.#early = this.#early.filter(early => early.remoteId !== remoteId)
    } finally {
      this.#subscribing -= 1
      // What is left belongs to nobody: it would take the place of others, or reach a later subscription of the same name.
      if (this.#subscribing === 0) this.#early = []
    }
  }

  async #resubscribe(subscription: Subscription): Promise<void> {
    try {
      await this.#enter(subscription, () => undefined)
    } catch {
      // Lost again meanwhile: the next connection tries once more. A refusal on a live one needs a new connection for that.
      if (this.#open && this.#closed === null) this.reconnect()
    }
  }

  #unsubscribe(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription) || subscription.remoteId === null || !this.#open) return
    this.call(subscription.unsubscribeMethod, [subscription.remoteId]).catch(() => undefined)
  }

  #ping(socket: WebSocket): void {
    if (this.#heard) {
      this.#heard = false
      socket.ping()
    } else {
      socket.terminate()
    }
  }

  #timeout(method: string, timeoutMs: number, sent: boolean): AssayError {
    if (!sent) return new AssayError('CHAIN_UNREACHABLE', { endpoint: this.endpoint, problem: this.#lastProblem })
    this.#silentCalls += 1
    if (this.#silentCalls >= maxSilentCalls) this.reconnect()
    return new AssayError('CHAIN_TIMEOUT', { call: method, timeoutMs, endpoint: this.endpoint })
  }
}
