/** Runs work and gives its result with the longest turn of the event loop, in milliseconds of CPU: what others on the machine do is no stall of ours. */
export async function longestStall<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly stallMs: number }> {
  let last = cpuMs()
  let stallMs = 0
  let running = true
  const turn = () => {
    const now = cpuMs()
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

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
