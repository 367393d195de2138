import { AssayError } from '../../shared/errors/assay-error.ts'

export interface HandshakeOptions {
  /** Handshakes per second for one key. */
  readonly ratePerSecond: number
  readonly burst: number
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number
  /** Keys remembered at most; the one that came first is forgotten. */
  readonly limit?: number
}

export interface HandshakeBuckets {
  /** Takes one handshake of a key, e.g. an address; throws MINER_HANDSHAKES where none is left. */
  take(key: string): void
}

/** Buckets that limit how often sessions are opened: agreeing on keys costs more than answering inside a session ever saves to whoever opens one for each request. */
export function createHandshakeBuckets({ ratePerSecond, burst, monotonicMs, limit = 4_096 }: HandshakeOptions): HandshakeBuckets {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return {
    take(key) {
      const now = monotonicMs()
      const known = buckets.get(key)
      const oldest = buckets.keys().next()
      if (known === undefined && buckets.size >= limit && !oldest.done) buckets.delete(oldest.value)
      const tokens = known === undefined ? burst : Math.min(burst, known.tokens + ((now - known.atMs) / 1_000) * ratePerSecond)
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: now })
      if (tokens < 1) throw new AssayError('MINER_HANDSHAKES', { retryAfterMs: Math.ceil((1_000 * (1 - tokens)) / ratePerSecond) })
    },
  }
}
