/** Finds stop strings in a text that comes piece by piece. */
export interface StopMatcher {
  /** The text that is certain to stand before any stop string; `stopped` once one was found, and then nothing more is to be pushed. */
  push(piece: string): { readonly text: string; readonly stopped: boolean }
  /** What was held back because a stop string might have begun there. */
  end(): string
}

/** Watches for stop strings: the text ends before the first of them, and no beginning of one is given out before it is known to be none. */
export function createStopMatcher(stop: readonly string[]): StopMatcher {
  const longest = stop.reduce((most, { length }) => Math.max(most, length), 0)
  let held = ''
  return {
    push(piece) {
      if (longest === 0) return { text: piece, stopped: false }
      const text = held + piece
      const found = stop.map(string => text.indexOf(string)).filter(index => index >= 0)
      if (found.length > 0) {
        held = ''
        return { text: text.slice(0, Math.min(...found)), stopped: true }
      }
      const certain = text.length - heldLength(text, stop, longest)
      held = text.slice(certain)
      return { text: text.slice(0, certain), stopped: false }
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

/** Length of the longest end of a text with which a stop string begins. */
function heldLength(text: string, stop: readonly string[], longest: number): number {
  for (let length = Math.min(text.length, longest - 1); length > 0; length--) {
    const tail = text.slice(-length)
    if (stop.some(string => string.startsWith(tail))) return length
  }
  return 0
}
