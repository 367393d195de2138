import { setTimeout as delay } from 'node:timers/promises'

/** Waits until a monotonic time (performance.now) has come; returns early when the signal aborts. */
export async function waitUntil(timeMs: number, signal: AbortSignal): Promise<void> {
  const ms = timeMs - performance.now()
  if (ms <= 0 || signal.aborted) return
  await delay(ms, undefined, { signal }).catch(() => {})
}
