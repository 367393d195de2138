import { WebSocket } from 'ws'
import { AssayError } from '../errors/assay-error.ts'
import { onAbort } from '../util/on-abort.ts'
import { parseRpcMessage } from './parse-rpc-message.ts'
import { redactEndpoint } from './redact-endpoint.ts'
import type { CallLimits, RpcCaller } from './rpc-socket.ts'

export interface WireOptions {
  readonly endpoint: string
  readonly timeoutMs: number
  readonly maxMessageBytes: number
  readonly onOpen: () => void
  readonly onNotification: (subscription: string, result: unknown) => void
  /** Once, whatever ended it; `error` is what its open calls got. */
  readonly onClose: (error: AssayError) => void
}

interface Pending {
  readonly method: string
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const pingEveryMs = 20_000
/** So many calls in a row without an answer mean that the node behind the open socket is gone. */
const maxSilentCalls = 3

/** JSON-RPC over one WebSocket, from its opening to its end: every call has a deadline, and nothing that arrives can throw into the event loop. */
export class RpcWire implements RpcCaller {
  /** As it may be shown. */
  readonly endpoint: string
  readonly #options: WireOptions
  readonly #socket: WebSocket
  readonly #pending = new Map<number, Pending>()
  readonly #pingTimer: NodeJS.Timeout
  #nextId = 1
  #heard = true
  #silentCalls = 0
  #opened = false
  #ended: AssayError | null = null
  #problem = ''

  constructor(options: WireOptions) {
    this.endpoint = redactEndpoint(options.endpoint)
    this.#options = options
    this.#socket = new WebSocket(options.endpoint, {
      handshakeTimeout: Math.min(options.timeoutMs, 10_000),
      maxPayload: options.maxMessageBytes,
      perMessageDeflate: false,
    })
    this.#socket.on('open', () => {
      this.#opened = true
      options.onOpen()
    })
    this.#socket.on('message', data => this.#onMessage(String(data)))
    this.#socket.on('pong', () => {
      this.#heard = true
    })
    this.#socket.on('error', error => this.#onError(error))
    this.#socket.on('close', () => this.#onClose())
    this.#pingTimer = setInterval(() => this.#ping(), pingEveryMs)
    this.#pingTimer.unref()
  }

  /** Calls that wait for their answers. */
  get pendingCount(): number {
    return this.#pending.size
  }

  /** Sends one call. Throws CHAIN_UNREACHABLE, CHAIN_OVERSIZE, CHAIN_TIMEOUT, CHAIN_RPC, or the signal's reason. */
  async call(method: string, params: readonly unknown[], limits: CallLimits & { readonly waitedMs?: number } = {}): Promise<unknown> {
    if (this.#ended !== null) throw this.#ended
    const timeoutMs = limits.timeoutMs ?? this.#options.timeoutMs
    const id = this.#nextId++
    let timer: NodeJS.Timeout | undefined
    let unlisten: (() => void) | undefined
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(this.#timeout(method, timeoutMs)), Math.max(0, timeoutMs - (limits.waitedMs ?? 0)))
        if (limits.signal !== undefined) unlisten = onAbort(limits.signal, () => reject(limits.signal?.reason))
        this.#pending.set(id, { method, resolve, reject })
        this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
      })
    } finally {
      clearTimeout(timer)
      unlisten?.()
      this.#pending.delete(id)
    }
  }

  /** Drops the socket without a goodbye; open calls fail with the reason. */
  end(reason: AssayError): void {
    this.#ended ??= reason
    this.#socket.terminate()
  }

  /** Says goodbye, and waits a second for the other side's; open calls fail with the reason. */
  async close(reason: AssayError): Promise<void> {
    this.#ended ??= reason
    if (this.#socket.readyState === WebSocket.CLOSED) return
    // A peer that never answers the closing handshake must not hold this program up.
    const force = setTimeout(() => this.#socket.terminate(), 1000)
    await new Promise<void>(resolve => {
      this.#socket.once('close', () => resolve())
      this.#socket.close(1000)
    })
    clearTimeout(force)
  }

  #onError(error: Error): void {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      this.#ended ??= new AssayError('CHAIN_OVERSIZE', { endpoint: this.endpoint, limitBytes: this.#options.maxMessageBytes })
    this.#problem = error.message || ('code' in error ? String(error.code) : 'the connection failed')
  }

  #onClose(): void {
    clearInterval(this.#pingTimer)
    const problem = this.#opened ? 'the connection was lost' : this.#problem
    this.#ended ??= new AssayError('CHAIN_UNREACHABLE', { endpoint: this.endpoint, problem })
    for (const pending of [...this.#pending.values()]) pending.reject(this.#ended)
    this.#pending.clear()
    this.#options.onClose(this.#ended)
  }

  #onMessage(text: string): void {
    this.#heard = true
    const message = parseRpcMessage(text)
    if (message === null) return
    if (message.kind === 'notification') {
      this.#options.onNotification(message.subscription, message.result)
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

  #ping(): void {
    if (!this.#opened) return
    if (this.#heard) this.#socket.ping()
    else this.#socket.terminate()
    this.#heard = false
  }

  #timeout(method: string, timeoutMs: number): AssayError {
    const error = new AssayError('CHAIN_TIMEOUT', { call: method, timeoutMs, endpoint: this.endpoint })
    this.#silentCalls += 1
    // After this call has had its own end.
    if (this.#silentCalls >= maxSilentCalls) queueMicrotask(() => this.#socket.terminate())
    return error
  }
}
