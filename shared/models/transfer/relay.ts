import { faultsAllowed, type RelayFault } from './relay-fault.ts'

/** One relay in one fetch: what it gave, how fast it is, and whether it still has a part. Times are milliseconds of one monotonic clock. */
export interface Relay {
  readonly url: string
  /** Requests that run now. */
  inFlight: number
  /** Bytes per second that it was seen to give in all; undefined before the first. */
  rate: number | undefined
  shards: number
  bytes: number
  faults: number
  /** Why it has no part any more. */
  dropped: RelayFault | undefined
  last: RelayFault | undefined
  pausedUntilMs: number
}

const smoothing = 0.4
const firstPauseMs = 250
const longestPauseMs = 8_000

/** A relay before its first request. */
export function createRelay(url: string): Relay {
  return { url, inFlight: 0, rate: undefined, shards: 0, bytes: 0, faults: 0, dropped: undefined, last: undefined, pausedUntilMs: 0 }
}

/** Takes note of a transfer that was right: `company` requests to this relay shared its line meanwhile. */
export function countSuccess(relay: Relay, bytes: number, seconds: number, company: number): void {
  const seen = (bytes / Math.max(seconds, 0.001)) * company
  relay.rate = relay.rate === undefined ? seen : relay.rate + smoothing * (seen - relay.rate)
  relay.shards++
  relay.bytes += bytes
  relay.faults = 0
}

/** Takes note of a fault: drops the relay where that was one too many, and pauses it before it is asked again otherwise. */
export function countFault(relay: Relay, fault: RelayFault, nowMs: number): void {
  relay.last = fault
  // Each shard that it does not have yet is remembered by itself.
  if (fault.kind === 'absent') return
  relay.faults++
  if (relay.faults > faultsAllowed[fault.kind]) relay.dropped = fault
  relay.pausedUntilMs = nowMs + Math.min(longestPauseMs, firstPauseMs * 2 ** relay.faults)
}

/** What one more request to this relay may expect, in bytes per second. A relay not measured yet is tried first, with one request; then those already known come first. */
export function expectedRate({ rate, inFlight }: Relay): number {
  if (rate === undefined) return inFlight === 0 ? Number.POSITIVE_INFINITY : 1 / (inFlight + 1)
  return rate / (inFlight + 1)
}

/** The relay that is expected to give a shard soonest, among those with a free place that are neither dropped nor paused; undefined where none is. */
export function chooseRelay(
  relays: readonly Relay[],
  perRelay: number,
  nowMs: number,
  admits: (relay: Relay) => boolean,
): Relay | undefined {
  let best: Relay | undefined
  for (const relay of relays) {
    if (relay.dropped !== undefined || relay.pausedUntilMs > nowMs || relay.inFlight >= perRelay || !admits(relay)) continue
    if (best === undefined || expectedRate(relay) > expectedRate(best)) best = relay
  }
  return best
}
