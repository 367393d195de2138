/** When a beacon publishes: round n comes at genesis + (n - 1) x period. */
export interface BeaconTimes {
  /** Unix seconds of round 1. */
  readonly genesisSec: number
  readonly periodSec: number
}

/** The newest round that is out at a time, 0 before the first. */
export function roundAt({ genesisSec, periodSec }: BeaconTimes, timeMs: number): number {
  return Math.max(0, Math.floor((timeMs / 1000 - genesisSec) / periodSec) + 1)
}
