/** What one look at a waiting call says: it starts now; it has no place yet; it has no memory yet; or it never will. */
export type Turn = 'now' | 'no place' | 'no memory' | 'never'

export interface WaitingLine<Call> {
  readonly length: number
  add(call: Call): void
  /** Takes away those that are not to be kept. */
  keepOnly(isKept: (call: Call) => boolean): void
  /** Starts, in order, all whose turn it is; `judge` is asked about each anew, `start` and `refuse` get it once. */
  advance(judge: (call: Call) => Turn): void
}

export interface WaitingLineOptions<Call> {
  /** Calls that may start before one that came earlier and waits for memory; then nothing starts before it, so that it cannot starve. */
  readonly patience: number
  readonly start: (call: Call) => void
  readonly refuse: (call: Call) => void
}

/** A line in which a call that fits may overtake one that needs more memory than there is, but only so often. */
export function createWaitingLine<Call>({ patience, start, refuse }: WaitingLineOptions<Call>): WaitingLine<Call> {
  let line: { readonly call: Call; overtaken: number }[] = []
  return {
    get length() {
      return line.length
    },
    add: call => line.push({ call, overtaken: 0 }),
    keepOnly(isKept) {
      line = line.filter(({ call }) => isKept(call))
    },
    advance(judge) {
      const staying: typeof line = []
      /** Those before that wait for memory. */
      const passed: typeof line = []
      for (const place of line) {
        const isHeld = passed.some(({ overtaken }) => overtaken >= patience)
        const turn = isHeld ? 'no place' : judge(place.call)
        if (turn === 'now') {
          for (const earlier of passed) earlier.overtaken += 1
          start(place.call)
        } else if (turn === 'never') refuse(place.call)
        else {
          staying.push(place)
          if (turn === 'no memory') passed.push(place)
        }
      }
      line = staying
    },
  }
}
