import type { Transaction } from './check-transaction.ts'

/** What became of a watched transaction, as author_submitAndWatchExtrinsic reports it. */
export type TransactionStatus =
  | 'future'
  | 'ready'
  | 'invalid'
  | 'dropped'
  | { readonly inBlock: string }
  | { readonly finalized: string }
  | { readonly usurped: string }
  | { readonly retracted: string }

export interface PoolEntry {
  readonly transaction: Transaction
  readonly priority: bigint
  /** The first block in which it is no longer valid. */
  readonly death: number
  readonly arrival: number
  readonly listeners: Set<(status: TransactionStatus) => void>
  ready: boolean
}

export type PoolRefusal =
  | { readonly code: 'AlreadyImported'; readonly hash: string }
  | { readonly code: 'TooLowPriority'; readonly old: bigint; readonly new: bigint }
  | { readonly code: 'ImmediatelyDropped' }

export interface PoolLimits {
  readonly ready: number
  readonly future: number
  readonly bytes: number
}

/** Checked transactions that wait for a block, by sender and nonce; a sender's nonces must be without gaps to be ready. */
export class TransactionPool {
  private readonly senders = new Map<string, Map<number, PoolEntry>>()
  private readonly byHash = new Map<string, PoolEntry>()
  private readonly limits: PoolLimits
  private readyCount = 0
  private bytes = 0
  private arrivals = 0

  constructor(limits: PoolLimits = { ready: 8_192, future: 512, bytes: 20 * 1024 * 1024 }) {
    this.limits = limits
  }

  get size(): number {
    return this.byHash.size
  }

  /** Takes a transaction in, in place of one with the same nonce and a lower priority. `accountNonce` is the sender's next. */
  add(transaction: Transaction, death: number, accountNonce: number, listener?: (status: TransactionStatus) => void): PoolRefusal | null {
    const { xt, who } = transaction
    if (this.byHash.has(xt.hash)) return { code: 'AlreadyImported', hash: xt.hash }
    // Priority is flat on the real chain too, but for what a sender adds by itself.
    const priority = 1n + xt.tip
    const sender = this.senders.get(who)
    const old = sender?.get(xt.nonce)
    if (old !== undefined && old.priority >= priority) return { code: 'TooLowPriority', old: old.priority, new: priority }
    if (old === undefined && this.isFull(xt.nonce > this.nextNonce(who, accountNonce), xt.bytes.length))
      return { code: 'ImmediatelyDropped' }
    if (old !== undefined) this.drop(old, { usurped: xt.hash })
    this.arrivals += 1
    const entry: PoolEntry = { transaction, priority, death, arrival: this.arrivals, listeners: new Set(), ready: false }
    if (listener !== undefined) entry.listeners.add(listener)
    const entries = this.senders.get(who) ?? new Map<number, PoolEntry>()
    this.senders.set(who, entries.set(xt.nonce, entry))
    this.byHash.set(xt.hash, entry)
    this.bytes += xt.bytes.length
    this.promote(who, accountNonce)
    if (!entry.ready) notify(entry, 'future')
    return null
  }

  /** The nonce after the sender's last ready transaction. */
  nextNonce(who: string, accountNonce: number): number {
    const entries = this.senders.get(who)
    let nonce = accountNonce
    while (entries?.has(nonce) === true) nonce += 1
    return nonce
  }

  /** The best transaction that a sender's account nonce allows next: higher priority first, then earlier arrival. */
  best(accountNonceOf: (who: string) => number): PoolEntry | undefined {
    let best: PoolEntry | undefined
    for (const [who, entries] of this.senders) {
      const entry = entries.get(accountNonceOf(who))
      if (entry === undefined) continue
      if (best === undefined || entry.priority > best.priority || (entry.priority === best.priority && entry.arrival < best.arrival))
        best = entry
    }
    return best
  }

  /** Takes a transaction out without telling its listeners (they hear of its block). */
  take(entry: PoolEntry): void {
    const { who, xt } = entry.transaction
    const entries = this.senders.get(who)
    if (entries?.get(xt.nonce) !== entry) return
    entries.delete(xt.nonce)
    if (entries.size === 0) this.senders.delete(who)
    this.byHash.delete(xt.hash)
    this.bytes -= xt.bytes.length
    if (entry.ready) this.readyCount -= 1
  }

  drop(entry: PoolEntry, status: TransactionStatus): void {
    this.take(entry)
    notify(entry, status)
    entry.listeners.clear()
  }

  /** After a block: drops what has become impossible and lets waiting nonces move up. */
  settle(block: number, accountNonceOf: (who: string) => number): void {
    for (const entry of [...this.byHash.values()]) {
      const { who, xt } = entry.transaction
      if (entry.death <= block || xt.nonce < accountNonceOf(who)) this.drop(entry, 'invalid')
    }
    for (const who of [...this.senders.keys()]) this.promote(who, accountNonceOf(who))
  }

  pending(): Transaction[] {
    return [...this.byHash.values()].filter(entry => entry.ready).map(entry => entry.transaction)
  }

  entries(): PoolEntry[] {
    return [...this.byHash.values()]
  }

  private promote(who: string, accountNonce: number): void {
    const entries = this.senders.get(who)
    for (let nonce = accountNonce; ; nonce += 1) {
      const entry = entries?.get(nonce)
      if (entry === undefined) return
      if (entry.ready) continue
      entry.ready = true
      this.readyCount += 1
      notify(entry, 'ready')
    }
  }

  private isFull(future: boolean, bytes: number): boolean {
    if (this.bytes + bytes > this.limits.bytes) return true
    return future ? this.byHash.size - this.readyCount >= this.limits.future : this.readyCount >= this.limits.ready
  }
}

/** Tells every listener; what one of them throws is its own affair. */
export function notify(entry: PoolEntry, status: TransactionStatus): void {
  for (const listener of entry.listeners) listener(status)
}
