/** Deadlines and bounds of a fetch. */
export interface FetchLimits {
  /** Until a relay has answered with its headers, and between two pieces of a body. */
  readonly headerMs: number
  readonly stallMs: number
  /** A transfer is not called slow before this. */
  readonly graceMs: number
  /** Slower than this is too slow even where there is no other relay. */
  readonly leastBytesPerSecond: number
  /** Without a new shard for so long the fetch gives up. */
  readonly patienceMs: number
  /** Shards in flight, in all and from one relay; each is held in memory. */
  readonly parallel: number
  readonly perRelay: number
  /** Most bytes of a model, and of its manifest. */
  readonly maxBytes: number
  readonly maxManifestBytes: number
}

export const defaultFetchLimits: FetchLimits = {
  ...{ headerMs: 10_000, stallMs: 10_000, graceMs: 2_000, leastBytesPerSecond: 64 * 1024, patienceMs: 60_000 },
  ...{ parallel: 8, perRelay: 4, maxBytes: 2 ** 40, maxManifestBytes: 64 * 1024 * 1024 },
}
