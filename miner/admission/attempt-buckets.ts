import { AssayError } from '../../shared/errors/assay-error.ts'

export interface AttemptOptions {
  /** Failed signatures per second for one (hotkey, address). */
  readonly ratePerSecond: number
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number
  /** Pairs remembered at most, of those that proved themselves and of those that did not, each. */
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
/** All pairs that never proved themselves share this many times the rate of one: a flood from many addresses must not cost us the processor. */
const strangersFactor = 10

/** Buckets that limit how many signatures a stranger makes us verify in a hotkey's name; who sends signatures that hold never feels them. */
export function createAttemptBuckets({ ratePerSecond, monotonicMs, limit = 4_096 }: AttemptOptions): AttemptBuckets {
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
  const refuse = (rate: number) => new AssayError('MINER_ATTEMPTS', { retryAfterMs: Math.ceil(1_000 / rate) })

  return {
    take(hotkey, ip) {
      const key = keyOf(hotkey, ip)
      const known = proven.get(key)
      const bucket = refill(known ?? strangers.get(key) ?? remember(strangers, key, { tokens: depth, atMs: monotonicMs() }, limit))
      if (bucket.tokens < 1) throw refuse(ratePerSecond)
      if (known === undefined) {
        if (refill(allStrangers, strangersFactor).tokens < 1) throw refuse(ratePerSecond * strangersFactor)
        allStrangers.tokens -= 1
      }
      bucket.tokens -= 1
    },
    prove(hotkey, ip) {
      const key = keyOf(hotkey, ip)
      const known = proven.get(key)
      const bucket = known ?? strangers.get(key) ?? { tokens: depth - 1, atMs: monotonicMs() }
      bucket.tokens = Math.min(depth, bucket.tokens + 1)
      if (known !== undefined) return
      allStrangers.tokens = Math.min(depth * strangersFactor, allStrangers.tokens + 1)
      strangers.delete(key)
      remember(proven, key, bucket, limit)
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

function keyOf(hotkey: string, ip: string): string {
  return `${hotkey} ${networkOf(ip)}`
}

/** The first 64 bits of an IPv6 address, since one household or server has a whole /64 to itself; an IPv4 address as it is. */
function networkOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip
  const [left = [], right = []] = ip.split('::').map(half => half.split(':').filter(part => part !== ''))
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
