import type { Shard } from '../list-shards.ts'
import type { FetchLimits } from './fetch-limits.ts'
import { chooseRelay, expectedRate, type Relay } from './relay.ts'
import type { RelayFault } from './relay-fault.ts'

export interface ShardQueueOptions {
  readonly shards: readonly Shard[]
  readonly held: ReadonlySet<number>
  readonly relays: readonly Relay[]
  readonly limits: Pick<FetchLimits, 'parallel' | 'perRelay' | 'graceMs'>
  readonly nowMs: () => number
}

/** One request for one shard. */
export interface Attempt {
  /** Aborts when somebody else was faster, or this relay is too slow. */
  readonly signal: AbortSignal
  count(bytes: number): void
  seconds(): number
  /** What to hold against the relay after an abort; undefined where it did nothing wrong. */
  verdict(): RelayFault | undefined
  end(): void
}

export interface ShardQueue {
  /** The next shard to ask for and the relay to ask; null where nothing can be started now. Near the end a shard that a slow relay holds up is asked for a second time. */
  next(): { readonly index: number; readonly relay: Relay } | null
  begin(index: number, relay: Relay): Attempt
  /** The shard is verified and kept: other requests for it end. */
  finish(index: number): void
  /** The request failed: the shard is asked for again, at this relay only after a while where it does not have it yet. */
  putBack(index: number, relay: Relay, fault: RelayFault): void
  /** Ends requests that are many times slower than another relay is expected to be. */
  dropSlow(): void
}

interface Running {
  readonly index: number
  readonly relay: Relay
  readonly startedMs: number
  readonly abort: AbortController
  bytes: number
  slow: RelayFault | undefined
}

/** So many times faster another relay must be before a request is given up for it. */
const muchFaster = 8
/** How many of the first waiting shards are looked at when relays do not have all of them. */
const lookAhead = 64
const absentMs = 500

/** Which shard is asked for next, and of whom; keeps no bytes. */
export function createShardQueue({ shards, held, relays, limits, nowMs }: ShardQueueOptions): ShardQueue {
  let waiting = shards.map((_, index) => index).filter(index => !held.has(index))
  const running = new Set<Running>()
  const absentUntil = new Map<Relay, Map<number, number>>()
  const has = (relay: Relay, index: number) => (absentUntil.get(relay)?.get(index) ?? 0) <= nowMs()
  const rateOf = (relay: Relay) => {
    const rate = expectedRate(relay)
    return Number.isFinite(rate) ? rate : 0
  }
  const second = (): { index: number; relay: Relay } | null => {
    for (const one of running) {
      if ([...running].some(other => other !== one && other.index === one.index)) continue
      const relay = chooseRelay(
        relays,
        limits.perRelay,
        nowMs(),
        other => other !== one.relay && other.rate !== undefined && has(other, one.index),
      )
      const length = shards[one.index]?.length ?? 0
      if (relay === undefined) continue
      const elapsedSeconds = (nowMs() - one.startedMs) / 1_000
      const restSeconds = one.bytes === 0 ? elapsedSeconds : (elapsedSeconds * (length - one.bytes)) / one.bytes
      if (restSeconds > 0.1 && restSeconds > (2 * length) / Math.max(1, rateOf(relay))) return { index: one.index, relay }
    }
    return null
  }
  return {
    next() {
      if (running.size >= limits.parallel) return null
      for (const index of waiting.slice(0, lookAhead)) {
        const relay = chooseRelay(relays, limits.perRelay, nowMs(), one => has(one, index))
        if (relay !== undefined) return { index, relay }
      }
      return waiting.length === 0 ? second() : null
    },
    begin(index, relay) {
      waiting = waiting.filter(one => one !== index)
      const abort = new AbortController()
      const one: Running = { index, relay, startedMs: nowMs(), abort, bytes: 0, slow: undefined }
      running.add(one)
      relay.inFlight++
      return {
        signal: abort.signal,
        count: bytes => {
          one.bytes += bytes
        },
        seconds: () => (nowMs() - one.startedMs) / 1_000,
        verdict: () => one.slow,
        end() {
          running.delete(one)
          relay.inFlight--
        },
      }
    },
    finish(index) {
      for (const one of running) if (one.index === index) one.abort.abort(new Error('another relay was faster'))
      for (const seen of absentUntil.values()) seen.delete(index)
    },
    putBack(index, relay, fault) {
      if (fault.kind === 'absent') {
        const seen = absentUntil.get(relay) ?? new Map<number, number>()
        seen.set(index, nowMs() + (fault.retryAfterMs ?? absentMs))
        absentUntil.set(relay, seen)
      }
      const elsewhere = [...running].some(one => one.index === index && one.relay !== relay)
      if (!elsewhere && !held.has(index) && !waiting.includes(index)) waiting.unshift(index)
    },
    dropSlow() {
      for (const one of running) {
        const elapsedSeconds = (nowMs() - one.startedMs) / 1_000
        if (elapsedSeconds * 1_000 < limits.graceMs) continue
        const better = chooseRelay(
          relays,
          limits.perRelay,
          nowMs(),
          other => other !== one.relay && other.rate !== undefined && has(other, one.index),
        )
        const seen = one.bytes / elapsedSeconds
        if (better === undefined || seen * muchFaster > rateOf(better)) continue
        one.slow = { kind: 'slow', problem: `it gave ${Math.round(seen)} bytes/s where another relay gives ${Math.round(rateOf(better))}` }
        one.abort.abort(new Error('the relay is too slow'))
      }
    },
  }
}
