export interface MachineOptions {
  /** Tokens per second. */
  readonly capacity: number
  /** Share of the capacity that each caller may use, by its name. */
  readonly shares: ReadonlyMap<string, number>
  /** Seconds of its share that a caller may save up. */
  readonly burstSeconds: number
  readonly deadlineSeconds: number
  /** Uniform numbers that decide where answers stop. */
  readonly random: () => number
}

export interface Machine {
  /** Tokens of the answer to a request that comes at `at` (in order, in seconds), or null: refused, or too late. */
  answer(caller: string, at: number, promptTokens: number, maxTokens: number): number | null
}

/**
 * A machine that generates tokens one answer after the other, behind a balance per caller that fills at its share and may go into debt
 * by one request. Half of the answers stop early, evenly anywhere. It knows nothing of uids: several may have it as their backend.
 */
export function simulatedMachine({ capacity, shares, burstSeconds, deadlineSeconds, random }: MachineOptions): Machine {
  const accounts = new Map(
    [...shares].map(([caller, share]) => [caller, { rate: share * capacity, balance: share * capacity * burstSeconds, at: 0 }]),
  )
  let freeAt = 0
  return {
    answer(caller, at, promptTokens, maxTokens) {
      const account = accounts.get(caller)
      if (account === undefined) return null
      account.balance = Math.min(account.rate * burstSeconds, account.balance + account.rate * (at - account.at))
      account.at = at
      if (account.balance <= 0) return null
      const tokens = random() < 0.5 ? 1 + Math.floor(random() * maxTokens) : maxTokens
      const begins = Math.max(freeAt, at)
      const work = tokens + promptTokens / 10
      if (begins + (maxTokens + promptTokens / 10) / capacity > at + deadlineSeconds) return null
      freeAt = begins + work / capacity
      account.balance -= work
      return tokens
    },
  }
}
