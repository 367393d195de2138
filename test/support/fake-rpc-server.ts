import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a handler may answer with instead of a result. */
export class RpcFailure {
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
  constructor(code: number, message: string, data?: unknown) {
    this.error = { code, message, data }
  }
}

/** No answer at all: the call hangs. */
export const silence = Symbol('silence')

export interface FakeRpcServer {
  readonly endpoint: string
  readonly port: number
  /** Every call so far, in order. */
  readonly calls: ReadonlyArray<{ readonly method: string; readonly params: readonly unknown[] }>
  /** Sends text to every connection as it is. */
  sendRaw(text: string): void
  notify(method: string, subscription: string, result: unknown): void
  /** Cuts every connection without a goodbye. */
  dropConnections(): void
  connectionCount(): number
  close(): Promise<void>
}

/** A JSON-RPC server over WebSocket that answers by a table: a value, a function of the params, an RpcFailure, or silence. */
export async function startFakeRpcServer(handlers: Record<string, unknown>, port = 0): Promise<FakeRpcServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port })
  await once(server, 'listening')
  const calls: { method: string; params: readonly unknown[] }[] = []
  const sockets = new Set<WebSocket>()
  let connections = 0
  server.on('connection', socket => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('message', data => {
      const { id, method, params } = JSON.parse(String(data))
      calls.push({ method, params })
      const handler = handlers[method]
      const answer = typeof handler === 'function' ? handler(...params) : handler
      if (answer === silence) return
      const body = answer instanceof RpcFailure ? { error: answer.error } : { result: answer ?? null }
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...body }))
    })
  })
  const { port: bound } = server.address() as AddressInfo
  const sendRaw = (text: string) => {
    for (const socket of sockets) socket.send(text)
  }
  return {
    endpoint: `ws://127.0.0.1:${bound}`,
    port: bound,
    calls,
    sendRaw,
    notify: (method, subscription, result) => sendRaw(JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } })),
    dropConnections: () => {
      for (const socket of sockets) socket.terminate()
    },
    connectionCount: () => connections,
    close: async () => {
      for (const socket of sockets) socket.terminate()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
