/** Gives out bytes at a rate that all transfers share; 0 sets no limit. */
export interface Throttle {
  /** Waits until so many bytes may go, or throws what `signal` was aborted with. */
  take(bytes: number, signal: AbortSignal): Promise<void>
}

/** A bound on bytes per second over all transfers, in the order in which they ask. */
export function createThrottle(bytesPerSecond: number, nowMs: () => number = () => performance.now()): Throttle {
  let freeAtMs = nowMs()
  return {
    async take(bytes, signal) {
      signal.throwIfAborted()
      if (bytesPerSecond === 0) return
      const startMs = Math.max(nowMs(), freeAtMs)
      freeAtMs = startMs + (1_000 * bytes) / bytesPerSecond
      const waitMs = startMs - nowMs()
      if (waitMs <= 0) return
      await new Promise<void>((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer)
          reject(signal.reason)
        }
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', stop)
          resolve()
        }, waitMs)
        signal.addEventListener('abort', stop, { once: true })
      })
    },
  }
}
