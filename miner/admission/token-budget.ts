import { AssayError } from '../../shared/errors/assay-error.ts'

export interface TokenBudgetOptions {
  /** Tokens per second that this miner generates. */
  readonly capacity: () => number
  /** Seconds of its share that a caller may save up. */
  readonly burstSeconds: number
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number
}

export interface TokenBudget {
  /** Sets every admitted caller's share (0 to 1) by hotkey; who is not named has none. */
  setShares(shares: ReadonlyMap<string, number>): void
  /** Throws MINER_OVER_SHARE while the caller's balance is used up. */
  assertOpen(caller: string): void
  /** Takes tokens; the balance may go into debt by one request. Throws as assertOpen. */
  charge(caller: string, tokens: number): void
  /** Gives back what was charged and not generated. */
  refund(caller: string, tokens: number): void
}

interface Account {
  share: number
  balance: number
  atMs: number
}

/** Balances that grow at share x capacity up to share x capacity x burstSeconds, so that no caller's traffic takes another's share. */
export function createTokenBudget({ capacity, burstSeconds, monotonicMs }: TokenBudgetOptions): TokenBudget {
  const accounts = new Map<string, Account>()
  const rateOf = (account: Account) => account.share * capacity()

  const settled = (caller: string): Account => {
    const account = accounts.get(caller)
    if (account === undefined) return { share: 0, balance: 0, atMs: 0 }
    const now = monotonicMs()
    const rate = rateOf(account)
    account.balance = Math.min(rate * burstSeconds, account.balance + (rate * (now - account.atMs)) / 1_000)
    account.atMs = now
    return account
  }
  const openAccount = (caller: string): Account => {
    const account = settled(caller)
    if (account.balance > 0) return account
    const rate = rateOf(account)
    // A caller without any share is told to come back when shares may have changed.
    throw new AssayError('MINER_OVER_SHARE', { retryAfterMs: rate > 0 ? Math.ceil((1_000 * -account.balance) / rate) + 1 : 60_000 })
  }
  return {
    setShares(shares) {
      for (const caller of accounts.keys()) if (!shares.has(caller)) accounts.delete(caller)
      for (const [caller, share] of shares) {
        const account = accounts.get(caller)
        if (account === undefined) accounts.set(caller, { share, balance: share * capacity() * burstSeconds, atMs: monotonicMs() })
        else settled(caller).share = share
      }
    },
    assertOpen: caller => {
      openAccount(caller)
    },
    charge(caller, tokens) {
      openAccount(caller).balance -= tokens
    },
    refund(caller, tokens) {
      const account = settled(caller)
      account.balance = Math.min(rateOf(account) * burstSeconds, account.balance + tokens)
    },
  }
}
