import { randomBytes } from 'node:crypto'
import { RpcError } from './rpc-error.ts'

interface Subscription {
  readonly method: string
  readonly release: () => void
  /** Notifications wait here until the client knows the subscription's id. */
  waiting: Notification[] | undefined
}

interface Notification {
  readonly result: unknown
  readonly last: boolean
}

/** One connection's subscriptions. */
export class RpcSession {
  private readonly send: (text: string) => void
  private readonly limit: number
  private readonly subscriptions = new Map<string, Subscription>()

  constructor(send: (text: string) => void, limit: number) {
    this.send = send
    this.limit = limit
  }

  /**
   * Opens a subscription: `start` gets the function that notifies (with true where that was the last word) and gives the one that
   * ends it. What is notified before the reply has left is kept back. Gives the subscription's id.
   */
  subscribe(method: string, start: (notify: (result: unknown, last?: boolean) => void) => () => void): string {
    if (this.subscriptions.size >= this.limit)
      throw new RpcError(-32006, 'Too many subscriptions on the connection', `Exceeded max limit of ${this.limit}`)
    const id = randomBytes(8).toString('hex')
    const early: Notification[] = []
    let subscription: Subscription | undefined
    const notify = (result: unknown, last = false) => {
      const waiting = subscription === undefined ? early : subscription.waiting
      if (waiting === undefined) this.deliver(id, method, { result, last })
      else waiting.push({ result, last })
    }
    const release = start(notify)
    subscription = { method, release, waiting: early }
    this.subscriptions.set(id, subscription)
    return id
  }

  /** Lets the notifications of every new subscription go: its id has been sent. */
  replied(): void {
    for (const [id, subscription] of this.subscriptions) {
      const { waiting } = subscription
      if (waiting === undefined) continue
      subscription.waiting = undefined
      for (const notification of waiting) this.deliver(id, subscription.method, notification)
    }
  }

  /** Ends a subscription; false where there is none of that id. */
  unsubscribe(id: unknown): boolean {
    const subscription = typeof id === 'string' ? this.subscriptions.get(id) : undefined
    if (subscription === undefined || typeof id !== 'string') return false
    this.subscriptions.delete(id)
    subscription.release()
    return true
  }

  close(): void {
    for (const { release } of this.subscriptions.values()) release()
    this.subscriptions.clear()
  }

  private deliver(id: string, method: string, { result, last }: Notification): void {
    if (!this.subscriptions.has(id)) return
    this.send(JSON.stringify({ jsonrpc: '2.0', method, params: { subscription: id, result } }))
    if (last) this.unsubscribe(id)
  }
}
