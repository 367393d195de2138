import { AssayError } from '../../shared/errors/assay-error.ts'
import { networkOf } from '../../shared/util/network-of.ts'
import type { ProvenPairs } from './proven-pairs.ts'

export interface AttemptOptions {
  /** Failed signatures per second from one address, and in the name of a hotkey that proved itself there. */
  readonly ratePerSecond: number
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number
  /** Who proved itself from where, also before this process. */
  readonly pairs: ProvenPairs
  /** Buckets at most: of addresses of strangers, and of pairs that proved themselves, each. */
  readonly limit?: number
}

export interface AttemptBuckets {
  /** Takes one attempt before a signature is verified; throws MINER_ATTEMPTS where none is left. */
  take(hotkey: string, ip: string): void
  /** Gives the attempt back, because the signature held. */
  prove(hotkey: string, ip: string): void
}

interface Bucket {
  tokens: number
  atMs: number
}

const burstSeconds = 6
/** All strangers share this many times the rate of one address: a flood from many must not cost us the processor. */
const strangersFactor = 10

/**
 * Buckets that limit how many signatures a stranger makes us verify; who sends signatures that hold never feels them. Strangers are
 * counted by address alone: names are free, and with a bucket for each one address could use up what all strangers share.
 */
export function createAttemptBuckets({ ratePerSecond, monotonicMs, pairs, limit = 4_096 }: AttemptOptions): AttemptBuckets {
  const depth = Math.max(1, ratePerSecond * burstSeconds)
  const proven = new Map<string, Bucket>()
  const strangers = new Map<string, Bucket>()
  const allStrangers: Bucket = { tokens: depth * strangersFactor, atMs: monotonicMs() }

  const refill = (bucket: Bucket, factor = 1) => {
    const now = monotonicMs()
    bucket.tokens = Math.min(depth * factor, bucket.tokens + ((now - bucket.atMs) / 1_000) * ratePerSecond * factor)
    bucket.atMs = now
    return bucket
  }
  const provenOf = (hotkey: string, network: string) => {
    const key = keyOf(hotkey, network)
    if (!pairs.has(hotkey, network)) return undefined
    return proven.get(key) ?? remember(proven, key, full(), limit)
  }
  const full = (): Bucket => ({ tokens: depth, atMs: monotonicMs() })
  const refuse = (rate: number) => new AssayError('MINER_ATTEMPTS', { retryAfterMs: Math.ceil(1_000 / rate) })

  return {
    take(hotkey, ip) {
      const network = networkOf(ip)
      const known = provenOf(hotkey, network)
      const bucket = refill(known ?? strangers.get(network) ?? remember(strangers, network, full(), limit))
      if (bucket.tokens < 1) throw refuse(ratePerSecond)
      if (known === undefined) {
        if (refill(allStrangers, strangersFactor).tokens < 1) throw refuse(ratePerSecond * strangersFactor)
        allStrangers.tokens -= 1
      }
      bucket.tokens -= 1
    },
    prove(hotkey, ip) {
      const network = networkOf(ip)
      const known = provenOf(hotkey, network)
      // Also where it is known: what is in use must not be forgotten for its age.
      pairs.add(hotkey, network)
      const bucket = known ?? strangers.get(network)
      if (bucket !== undefined) bucket.tokens = Math.min(depth, bucket.tokens + 1)
      if (known !== undefined) return
      allStrangers.tokens = Math.min(depth * strangersFactor, allStrangers.tokens + 1)
    },
  }
}

function remember(map: Map<string, Bucket>, key: string, bucket: Bucket, limit: number): Bucket {
  // The oldest goes first: a map keeps the order of insertion.
  const oldest = map.keys().next()
  if (map.size >= limit && !oldest.done) map.delete(oldest.value)
  map.set(key, bucket)
  return bucket
}

function keyOf(hotkey: string, network: string): string {
  return `${hotkey} ${network}`
}
