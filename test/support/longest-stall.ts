/** Runs work and gives its result with the longest time, in milliseconds, for which the event loop could not turn. */
export async function longestStall<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly stallMs: number }> {
  let last = performance.now()
  let stallMs = 0
  let running = true
  const turn = () => {
    const now = performance.now()
    stallMs = Math.max(stallMs, now - last)
    last = now
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  try {
    const result = await work()
    turn()
    return { result, stallMs }
  } finally {
    running = false
  }
}
