import { WebSocket } from 'ws'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'

export interface RpcReply {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
}

/** One JSON-RPC call over HTTP. */
export async function rpc(running: RunningChain, method: string, ...params: unknown[]): Promise<RpcReply> {
  return postRaw(running, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })) as Promise<RpcReply>
}

/** Posts any text and gives the parsed reply. */
export async function postRaw(running: RunningChain, body: string): Promise<unknown> {
  const response = await fetch(running.httpUrl, { method: 'POST', body })
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

/** A bare WebSocket whose messages are awaited one by one. */
export class RawSocket {
  readonly closed: Promise<number>
  private readonly socket: WebSocket
  private readonly messages: unknown[] = []
  private readonly waiters: ((message: unknown) => void)[] = []

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.on('message', data => {
      const message: unknown = JSON.parse(String(data))
      const waiter = this.waiters.shift()
      if (waiter === undefined) this.messages.push(message)
      else waiter(message)
    })
  }

  static async open(running: RunningChain): Promise<RawSocket> {
    const socket = new WebSocket(running.url)
    const raw = new RawSocket(socket)
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return raw
  }

  send(text: string | Buffer): void {
    this.socket.send(text)
  }

  call(method: string, ...params: unknown[]): Promise<unknown> {
    this.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    return this.next()
  }

  /** The next message, replies and notifications alike. */
  next(): Promise<unknown> {
    const message = this.messages.shift()
    return message === undefined ? new Promise(resolve => this.waiters.push(resolve)) : Promise.resolve(message)
  }

  close(): void {
    this.socket.close()
  }
}
