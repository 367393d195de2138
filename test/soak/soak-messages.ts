/** What the miner under test is started with. */
export interface SoakSetup {
  /** Bytes that it keeps for good with every request, in a control that must be found out. */
  readonly leakBytes: number
  readonly tokenRate: number
}

/** How callers reach it. */
export interface SoakAddress {
  readonly url: string
  readonly apiKeys: readonly string[]
  readonly hotkey: string
  readonly manifestDigest: string
}

/** What it holds, after a forced collection. */
export interface SoakMemory {
  readonly heapBytes: number
  readonly externalBytes: number
  readonly rssBytes: number
  /** Answers in the engine now: none is left when all callers have gone. */
  readonly active: number
  readonly calls: number
}
