/** Which counters of a session were used. */
export interface ReplayWindow {
  /** Whether a counter is still free: never used, and not further below the highest than the window reaches. */
  isFree(counter: number): boolean
  /** Takes a counter for good; false where it was not free. Only for messages that opened. */
  take(counter: number): boolean
}

/** Requests of one session that may overtake each other, at most: several are under way at once, and HTTP connections keep no order among them. */
export const windowSize = 1_024

/** The bitmap of the last `windowSize` counters, as IPsec keeps one (RFC 4303, 3.4.3): a fixed size however long the session. */
export function createReplayWindow(): ReplayWindow {
  const used = new Uint8Array(windowSize)
  let highest = -1
  const isFree = (counter: number) => counter > highest || (counter > highest - windowSize && used[counter % windowSize] === 0)
  return {
    isFree,
    take(counter) {
      if (!isFree(counter)) return false
      // What lies between the old end and the new one was never used.
      if (counter - highest >= windowSize) used.fill(0)
      else for (let next = highest + 1; next <= counter; next++) used[next % windowSize] = 0
      highest = Math.max(highest, counter)
      used[counter % windowSize] = 1
      return true
    },
  }
}
