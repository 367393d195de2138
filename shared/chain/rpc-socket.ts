import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { onAbort } from '../util/on-abort.ts'
import { EndpointRing } from './endpoint-ring.ts'
import { redactEndpoint } from './redact-endpoint.ts'
import { RpcWire } from './rpc-wire.ts'

/** How one call is limited; `timeoutMs` covers waiting for a connection and for the answer. */
export interface CallLimits {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Whatever answers JSON-RPC calls. */
export interface RpcCaller {
  readonly endpoint: string
  call(method: string, params: readonly unknown[], limits?: CallLimits): Promise<unknown>
}

/** What a subscription gets: results, and once an end where the connection went and it cannot be taken up again. */
export interface SubscriptionSink {
  readonly onResult: (result: unknown) => void
  /** Absent: subscribe again after a reconnect. Present: the subscription ends with the connection. */
  readonly onLost?: (error: AssayError) => void
}

export interface RpcSocketOptions {
  /** Tried in turn; one of them is connected at a time. */
  readonly endpoints: readonly string[]
  readonly timeoutMs: number
  /** A larger message ends the connection. */
  readonly maxMessageBytes?: number
  /** Checks a fresh connection before anybody may use it; where it throws, the next endpoint is tried. CHAIN_WRONG_GENESIS strikes this one off for good. */
  readonly greet?: (wire: RpcCaller) => Promise<void>
  /** Hears of every endpoint that was left, and why. */
  readonly onTrouble?: (error: AssayError) => void
}

interface Subscription {
  readonly method: string
  readonly unsubscribeMethod: string
  readonly params: readonly unknown[]
  readonly sink: SubscriptionSink
  remoteId: string | null
}

const maxPending = 1024
const defaultMaxMessageBytes = 32 * 1024 * 1024
const maxEarlyResults = 256

/**
 * JSON-RPC that outlives its connections: over one WebSocket at a time, to the first of several endpoints that answers and passes
 * the greeting; where it is lost, the next endpoint is tried, with growing pauses. Calls wait for a connection within their deadline.
 */
export class RpcSocket implements RpcCaller {
  readonly #options: RpcSocketOptions
  readonly #ring: EndpointRing
  readonly #subscriptions = new Set<Subscription>()
  /** Results that overtook the answer that names their subscription; kept only while such an answer is awaited. */
  #early: { readonly remoteId: string; readonly result: unknown }[] = []
  #subscribing = 0
  readonly #waiting = new Set<() => void>()
  #wire: RpcWire | null = null
  /** The wire again, once it passed the greeting. */
  #ready: RpcWire | null = null
  #readyAtMs = 0
  #everReady = false
  #closed: AssayError | null = null
  #retryTimer: NodeJS.Timeout | undefined
  #lastProblem = 'no attempt was finished yet'

  constructor(options: RpcSocketOptions) {
    this.#options = options
    this.#ring = new EndpointRing(options.endpoints)
  }

  /** The endpoint that is connected or tried now, as it may be shown. */
  get endpoint(): string {
    return this.#wire?.endpoint ?? redactEndpoint(this.#ring.current)
  }

  /** The other endpoints' addresses in full, for nobody's eyes. */
  get standbys(): readonly string[] {
    return this.#ring.others
  }

  /** How many endpoints there are to choose from. */
  get endpointCount(): number {
    return this.#ring.size
  }

  /** Keeps the pauses between attempts within a block time; they end at 5 s where it is longer. */
  boundPauses(blockTimeMs: number): void {
    this.#ring.boundPauses(blockTimeMs)
  }

  /** Begins to connect; calls wait for it within their own deadline. */
  start(): void {
    if (this.#closed !== null || this.#wire !== null) return
    const wire: RpcWire = new RpcWire({
      endpoint: this.#ring.current,
      timeoutMs: this.#options.timeoutMs,
      maxMessageBytes: this.#options.maxMessageBytes ?? defaultMaxMessageBytes,
      onOpen: () => void this.#greet(wire),
      onNotification: (id, result) => this.#onNotification(id, result),
      onClose: error => this.#onClose(wire, error),
    })
    this.#wire = wire
  }

  /** Sends one call. Throws CHAIN_UNREACHABLE, CHAIN_OVERSIZE, CHAIN_TIMEOUT, CHAIN_RPC, CHAIN_BUSY, CHAIN_CLOSED, or the signal's reason. */
  async call(method: string, params: readonly unknown[], limits: CallLimits = {}): Promise<unknown> {
    if (this.#closed !== null) throw this.#closed
    if ((this.#wire?.pendingCount ?? 0) + this.#waiting.size >= maxPending)
      throw new AssayError('CHAIN_BUSY', { what: this.endpoint, count: maxPending })
    limits.signal?.throwIfAborted()
    const startMs = performance.now()
    const wire = this.#ready ?? (await this.waitUntilReady(limits))
    return wire.call(method, params, { timeoutMs: this.#options.timeoutMs, ...limits, waitedMs: performance.now() - startMs })
  }

  /** The present connection, as soon as there is one that passed the greeting. Throws CHAIN_UNREACHABLE at the deadline, or the reason of the end. */
  async waitUntilReady(limits: CallLimits = {}): Promise<RpcWire> {
    let wake: (() => void) | undefined
    let forgetAbort: (() => void) | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        const give = () => {
          if (this.#closed !== null) reject(this.#closed)
          else if (this.#ready !== null) resolve(this.#ready)
        }
        wake = give
        timer = setTimeout(() => reject(this.#unreachable()), limits.timeoutMs ?? this.#options.timeoutMs)
        const { signal } = limits
        if (signal !== undefined) forgetAbort = onAbort(signal, () => reject(signal.reason))
        this.#waiting.add(give)
        give()
      })
    } finally {
      clearTimeout(timer)
      forgetAbort?.()
      if (wake !== undefined) this.#waiting.delete(wake)
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

  /** Leaves the present connection for the next endpoint (the same one where there is no other): for one that is open and of no use. */
  reconnect(reason?: AssayError): void {
    const problem = reason?.message ?? 'the connection was given up'
    this.#ready?.end(new AssayError('CHAIN_UNREACHABLE', { endpoint: this.endpoint, problem }, { cause: reason }))
  }

  /** Ends everything for good; calls that wait and calls to come fail with the reason, CHAIN_CLOSED unless one is given. */
  async close(reason = new AssayError('CHAIN_CLOSED', { endpoint: this.endpoint })): Promise<void> {
    if (this.#closed !== null) return
    this.#closed = reason
    clearTimeout(this.#retryTimer)
    this.#subscriptions.clear()
    for (const wake of [...this.#waiting]) wake()
    await this.#wire?.close(reason)
  }

  async #greet(wire: RpcWire): Promise<void> {
    try {
      await this.#options.greet?.(wire)
    } catch (error) {
      if (this.#closed !== null || this.#wire !== wire) return
      if (!isAssayError(error)) {
        await this.close(new AssayError('CHAIN_DECODE', { call: 'the greeting', problem: String(error) }, { cause: error }))
        return
      }
      // Another chain stays another chain. What cannot be read at all is final only where nothing was ever read.
      if (error.code === 'CHAIN_WRONG_GENESIS' || (!this.#everReady && error.code === 'CHAIN_DECODE')) this.#ring.refuse(error)
      wire.end(error)
      return
    }
    if (this.#closed !== null || this.#wire !== wire) return
    this.#ready = wire
    this.#readyAtMs = performance.now()
    this.#everReady = true
    for (const wake of [...this.#waiting]) wake()
    for (const subscription of this.#subscriptions) void this.#resubscribe(subscription)
  }

  #onClose(wire: RpcWire, error: AssayError): void {
    if (this.#wire !== wire) return
    const connectedMs = this.#ready === null ? 0 : performance.now() - this.#readyAtMs
    this.#wire = null
    this.#ready = null
    this.#early = []
    this.#lastProblem = error.code === 'CHAIN_UNREACHABLE' ? String(error.details.problem) : error.message
    for (const subscription of [...this.#subscriptions]) {
      subscription.remoteId = null
      if (subscription.sink.onLost === undefined) continue
      this.#subscriptions.delete(subscription)
      subscription.sink.onLost(this.#closed ?? error)
    }
    if (this.#closed !== null) return
    this.#options.onTrouble?.(isAssayError(error.cause) ? error.cause : error)
    const { hopeless } = this.#ring
    if (hopeless !== null) {
      void this.close(hopeless)
      return
    }
    this.#retryTimer = setTimeout(() => this.start(), this.#ring.moveOn(connectedMs))
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
    const wire = this.#ready
    try {
      await this.#enter(subscription, () => undefined)
    } catch (error) {
      // Lost again meanwhile: the next connection tries once more. A refusal on a live one needs a new connection for that.
      if (this.#ready === wire && this.#closed === null) this.reconnect(isAssayError(error) ? error : undefined)
    }
  }

  #unsubscribe(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription) || subscription.remoteId === null || this.#ready === null) return
    this.call(subscription.unsubscribeMethod, [subscription.remoteId]).catch(() => undefined)
  }

  #unreachable(): AssayError {
    return new AssayError('CHAIN_UNREACHABLE', {
      endpoint: this.#options.endpoints.map(redactEndpoint).join(', '),
      problem: this.#lastProblem,
    })
  }
}
