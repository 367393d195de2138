import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { AssayError } from '../../errors/assay-error.ts'
import { allMethods } from './all-methods.ts'
import { answerMessage } from './json-rpc.ts'
import type { RpcScope } from './rpc-scope.ts'
import { RpcSession } from './rpc-session.ts'

/** What the server accepts before it refuses; every one of them keeps a stranger from filling the memory. */
export interface RpcLimits {
  readonly messageBytes: number
  readonly connections: number
  readonly subscriptionsPerConnection: number
  /** Bytes that may wait for a slow reader before it is cut off. */
  readonly unsentBytes: number
  readonly httpTimeoutMs: number
}

export const defaultRpcLimits: RpcLimits = {
  messageBytes: 5 * 1024 * 1024,
  connections: 256,
  subscriptionsPerConnection: 1_024,
  unsentBytes: 16 * 1024 * 1024,
  httpTimeoutMs: 30_000,
}

export interface RpcServerOptions {
  readonly scope: Omit<RpcScope, 'session'>
  readonly host: string
  readonly port: number
  readonly limits: RpcLimits
  onFault(error: unknown): void
}

/** JSON-RPC over WebSocket and HTTP POST on one port. */
export class RpcServer {
  private readonly options: RpcServerOptions
  private readonly http: Server
  private readonly sockets: WebSocketServer

  constructor(options: RpcServerOptions) {
    this.options = options
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: options.limits.messageBytes, perMessageDeflate: false })
    this.http = createServer((request, response) => this.answerHttp(request, response))
    this.http.requestTimeout = options.limits.httpTimeoutMs
    this.http.maxConnections = options.limits.connections + 64
    this.http.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      if (this.sockets.clients.size >= options.limits.connections) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
        return
      }
      this.sockets.handleUpgrade(request, socket, head, webSocket => this.serve(webSocket))
    })
    this.http.on('clientError', (_error, socket) => socket.destroy())
  }

  /** Listens and gives the port. Throws DEVCHAIN_PORT_TAKEN or DEVCHAIN_LISTEN. */
  async start(): Promise<number> {
    const { host, port } = this.options
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', error => reject(listenError(error, host, port)))
      this.http.listen(port, host, resolve)
    })
    this.http.on('error', error => this.options.onFault(error))
    const address = this.http.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async stop(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate()
    this.http.closeAllConnections()
    await new Promise<void>(resolve => this.http.close(() => resolve()))
  }

  private serve(socket: WebSocket): void {
    const { limits, scope, onFault } = this.options
    const send = (text: string) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > limits.unsentBytes) socket.terminate()
      else socket.send(text)
    }
    const session = new RpcSession(send, limits.subscriptionsPerConnection)
    socket.on('error', () => socket.terminate())
    socket.on('close', () => session.close())
    socket.on('message', data => {
      const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString()
      const reply = answerMessage(text, allMethods, { ...scope, session }, onFault)
      if (reply !== undefined) send(reply)
      session.replied()
    })
  }

  private answerHttp(request: IncomingMessage, response: ServerResponse): void {
    const { limits, scope, onFault } = this.options
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end()
      return
    }
    const chunks: Buffer[] = []
    let length = 0
    request.on('error', () => response.destroy())
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limits.messageBytes) chunks.push(chunk)
      else if (!response.headersSent) {
        response.writeHead(413, { connection: 'close' }).end()
        request.destroy()
      }
    })
    request.on('end', () => {
      if (length > limits.messageBytes) return
      const reply = answerMessage(Buffer.concat(chunks).toString(), allMethods, { ...scope, session: undefined }, onFault)
      response.writeHead(200, { 'content-type': 'application/json' }).end(reply ?? '')
    })
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): AssayError {
  if (error.code === 'EADDRINUSE') return new AssayError('DEVCHAIN_PORT_TAKEN', { host, port })
  return new AssayError('DEVCHAIN_LISTEN', { host, port, problem: error.message }, { cause: error })
}
