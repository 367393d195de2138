/** What went on in one second. */
export interface Second {
  readonly tokens: number
  /** Sequences in the engine, the mean over the second. */
  readonly batch: number
  /** Part of the second in which there was at least one. */
  readonly busy: number
}

/** The last seconds of an engine: fixed memory, and one addition for each step. */
export interface RecentSeconds {
  /** Tokens of one step. */
  count(tokens: number, nowMs: number): void
  /** So many sequences are in the engine from now on. */
  setLevel(level: number, nowMs: number): void
  /** The whole seconds up to now, oldest first: as many as there are, at most as many as are kept. */
  list(nowMs: number): Second[]
  /** Milliseconds with at least one sequence in the engine, and of all sequences together, since the start. */
  totals(nowMs: number): { readonly busyMs: number; readonly batchMs: number }
}

const secondMs = 1_000

/** Starts to remember; times are on a clock in milliseconds that only goes forward. */
export function createRecentSeconds(startMs: number, keep = 60): RecentSeconds {
  // One more for the second that is not over.
  const places = keep + 1
  const tokens = new Float64Array(places)
  const batchMs = new Float64Array(places)
  const busyMs = new Float64Array(places)
  const totals = { busyMs: 0, batchMs: 0 }
  let level = 0
  let atMs = startMs
  let second = 0

  const secondOf = (ms: number) => Math.floor((ms - startMs) / secondMs)
  const spend = (ms: number) => {
    const place = second % places
    batchMs[place] = (batchMs[place] ?? 0) + level * ms
    if (level > 0) busyMs[place] = (busyMs[place] ?? 0) + ms
  }
  const open = (next: number) => {
    second = next
    const place = next % places
    tokens[place] = batchMs[place] = busyMs[place] = 0
  }
  const advance = (nowMs: number) => {
    const spent = Math.max(0, nowMs - atMs)
    totals.batchMs += level * spent
    if (level > 0) totals.busyMs += spent
    const last = secondOf(nowMs)
    // After a long silence only the seconds that are kept are filled.
    if (last - second > places) {
      second = last - places - 1
      atMs = startMs + (second + 1) * secondMs
    }
    while (second < last) {
      const endMs = startMs + (second + 1) * secondMs
      spend(Math.max(0, endMs - atMs))
      atMs = endMs
      open(second + 1)
    }
    spend(Math.max(0, nowMs - atMs))
    atMs = Math.max(atMs, nowMs)
  }
  return {
    count(more, nowMs) {
      if (secondOf(nowMs) !== second) advance(nowMs)
      const place = second % places
      tokens[place] = (tokens[place] ?? 0) + more
    },
    setLevel(next, nowMs) {
      advance(nowMs)
      level = next
    },
    list(nowMs) {
      advance(nowMs)
      const first = Math.max(0, second - keep)
      return Array.from({ length: second - first }, (_, index) => {
        const place = (first + index) % places
        return { tokens: tokens[place] ?? 0, batch: (batchMs[place] ?? 0) / secondMs, busy: (busyMs[place] ?? 0) / secondMs }
      })
    },
    totals(nowMs) {
      advance(nowMs)
      return { ...totals }
    },
  }
}
