export interface RateOptions {
  /** Runs at the same time. */
  readonly lanes: number
  /** How long to measure; longer where nothing was counted by then. */
  readonly ms: number
  readonly monotonicMs: () => number
  readonly signal: AbortSignal
  /** One run; `count` is told of all that it gets done. */
  run(index: number, signal: AbortSignal, count: (amount: number) => void): Promise<void>
}

/** So many times as long is waited for a first sign. */
const patience = 60

/** What is got done per second by runs that follow each other in every lane, up to the last that was counted; 0 where nothing was after a long time. Throws what a run throws, and the signal's reason. */
export async function measureRate({ lanes, ms, monotonicMs, signal, run }: RateOptions): Promise<number> {
  signal.throwIfAborted()
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const startMs = monotonicMs()
  let total = 0
  let countedMs = startMs
  let index = 0
  let failure: { readonly error: unknown } | undefined
  const count = (amount: number) => {
    if (until.aborted) return
    total += amount
    countedMs = monotonicMs()
    if (countedMs - startMs >= ms) over.abort()
  }
  const soon = setTimeout(() => {
    if (total > 0) over.abort()
  }, ms)
  const late = setTimeout(() => over.abort(), ms * patience)
  const lane = async () => {
    while (!until.aborted) {
      try {
        await run(index++, until, count)
      } catch (error) {
        if (until.aborted) return
        failure ??= { error }
        over.abort()
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    clearTimeout(soon)
    clearTimeout(late)
  }
  if (failure !== undefined) throw failure.error
  signal.throwIfAborted()
  return total === 0 ? 0 : (1_000 * total) / Math.max(countedMs - startMs, 1e-3)
}
