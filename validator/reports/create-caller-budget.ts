import { networkOf } from '../../shared/util/network-of.ts'

export interface CallerBudgetOptions {
  /** Requests per second of one network, and as many of all together times ten. */
  readonly ratePerSecond: number
  readonly burst: number
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number
  /** Networks remembered at most; the one that came first is forgotten. */
  readonly limit?: number
}

interface Bucket {
  readonly tokens: number
  readonly atMs: number
}

/** Whoever floods the door must not cost the validator the time in which it judges. */
const allFactor = 10

/** Buckets by network and one for all; `take` says whether one more request is looked at. */
export function createCallerBudget({ ratePerSecond, burst, monotonicMs, limit = 4_096 }: CallerBudgetOptions): {
  take(ip: string): boolean
} {
  const buckets = new Map<string, Bucket>()
  let all: Bucket = { tokens: burst * allFactor, atMs: monotonicMs() }
  const refill = ({ tokens, atMs }: Bucket, now: number, factor: number) =>
    Math.min(burst * factor, tokens + ((now - atMs) / 1_000) * ratePerSecond * factor)
  return {
    take(ip) {
      const now = monotonicMs()
      const network = networkOf(ip)
      const known = buckets.get(network)
      const oldest = buckets.keys().next()
      if (known === undefined && buckets.size >= limit && !oldest.done) buckets.delete(oldest.value)
      const own = known === undefined ? burst : refill(known, now, 1)
      const shared = refill(all, now, allFactor)
      const isFree = own >= 1 && shared >= 1
      buckets.set(network, { tokens: isFree ? own - 1 : own, atMs: now })
      all = { tokens: isFree ? shared - 1 : shared, atMs: now }
      return isFree
    },
  }
}
