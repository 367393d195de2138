import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** One JSON-RPC message as it crosses the proxy. */
export interface RpcText {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
}

/** What a proxy does to the messages; each may be set and changed while it runs. */
export interface Tampering {
  /** For each call of the client: pass it on, swallow it, or answer it here. */
  request?: ((call: RpcText) => 'pass' | 'swallow' | { readonly result: unknown }) | undefined
  /** For each message of the chain, with the method that an answer belongs to: what goes on to the client, null for nothing. */
  reply?: ((message: RpcText, method: string | null) => RpcText | string | null) | undefined
}

export interface RpcProxy {
  readonly endpoint: string
  readonly tampering: Tampering
  /** Methods that were called so far, in order. */
  readonly calls: readonly string[]
  /** Connections that were ever made, and those that are open now. */
  connectionCount(): number
  openCount(): number
  /** Sends a message of its own to every client. */
  inject(message: RpcText): void
  cut(): void
  close(): Promise<void>
}

/** A JSON-RPC node that is in truth another one: it counts, and lies, stalls and truncates as its tampering says. */
export async function startRpcProxy(target: string, port = 0): Promise<RpcProxy> {
  const server = new WebSocketServer({ host: '127.0.0.1', port })
  await once(server, 'listening')
  const tampering: Tampering = {}
  const calls: string[] = []
  const clients = new Set<WebSocket>()
  let connections = 0
  server.on('connection', client => {
    connections += 1
    clients.add(client)
    const node = new WebSocket(target)
    const opened = once(node, 'open')
    opened.catch(() => client.terminate())
    const methods = new Map<number, string>()
    client.on('message', async data => {
      const call: RpcText = JSON.parse(String(data))
      calls.push(call.method ?? '')
      const fate = tampering.request?.(call) ?? 'pass'
      if (fate === 'swallow') return
      if (fate !== 'pass') return client.send(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...fate }))
      methods.set(call.id ?? -1, call.method ?? '')
      await opened.catch(() => undefined)
      if (node.readyState === WebSocket.OPEN) node.send(String(data))
    })
    node.on('message', data => {
      const message: RpcText = JSON.parse(String(data))
      const method = message.id === undefined ? null : (methods.get(message.id) ?? null)
      const altered = tampering.reply === undefined ? message : tampering.reply(message, method)
      if (altered === null || client.readyState !== WebSocket.OPEN) return
      client.send(typeof altered === 'string' ? altered : JSON.stringify(altered))
    })
    client.on('error', () => client.terminate())
    node.on('error', () => client.terminate())
    client.on('close', () => {
      clients.delete(client)
      node.terminate()
    })
    node.on('close', () => client.terminate())
  })
  const cut = () => {
    for (const client of clients) client.terminate()
  }
  return {
    endpoint: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tampering,
    calls,
    connectionCount: () => connections,
    openCount: () => clients.size,
    inject: message => {
      for (const client of clients) client.send(JSON.stringify({ jsonrpc: '2.0', ...message }))
    },
    cut,
    close: async () => {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
