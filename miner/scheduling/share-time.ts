/** One answer on a simulated machine. */
export interface SharedAnswer {
  /** Something that may be told has come: `change` takes it in, then what is due is told. */
  hear(change: () => void): void
  /** Resolves when this much of its work is done; rejects with the reason that it left with. */
  until(work: number): Promise<void>
  leave(reason?: unknown): void
}

export interface SharedMachine {
  /** Starts an answer of at most `work`; `onWork` hears how much of it is done and says at how much it wants to hear again. */
  enter(work: number, onWork: (done: number) => number | undefined): SharedAnswer
}

interface Place {
  most: number
  readonly onWork: (done: number) => number | undefined
  done: number
  next: number | undefined
  end: { readonly work: number; resolve(): void; reject(reason: unknown): void } | undefined
}

/** Timers are no finer than this. */
const grainMs = 2

/** A machine that does `rate` of work a second, in equal parts for all answers on it; what one cannot use goes to the others. */
export function shareTime(rate: number, monotonicMs: () => number): SharedMachine {
  const places = new Set<Place>()
  let atMs = 0
  let timer: NodeJS.Timeout | undefined

  const settle = () => {
    const now = monotonicMs()
    let work = ((now - atMs) * rate) / 1_000
    atMs = now
    for (let open = [...places]; work > 1e-9 && open.length > 0; ) {
      const part = work / open.length
      for (const place of open) {
        const used = Math.min(part, place.most - place.done)
        place.done += used
        work -= used
      }
      open = open.filter(place => place.most - place.done > 1e-9)
    }
  }
  const tell = (place: Place) => {
    place.next = place.onWork(place.done)
    if (place.end === undefined || place.done + 1e-6 < place.end.work) return
    place.end.resolve()
    places.delete(place)
  }
  const wake = () => {
    clearTimeout(timer)
    timer = undefined
    let least = Number.POSITIVE_INFINITY
    for (const { next, end, done } of places) least = Math.min(least, (next ?? end?.work ?? Number.POSITIVE_INFINITY) - done)
    if (least === Number.POSITIVE_INFINITY) return
    timer = setTimeout(
      () => {
        settle()
        for (const place of [...places]) tell(place)
        wake()
      },
      Math.max(grainMs, Math.ceil((least * 1_000 * places.size) / rate)),
    )
  }
  return {
    enter(most, onWork) {
      settle()
      const place: Place = { most, onWork, done: 0, next: undefined, end: undefined }
      places.add(place)
      const review = () => {
        settle()
        if (places.has(place)) tell(place)
        wake()
      }
      return {
        hear(change) {
          change()
          review()
        },
        until: work =>
          new Promise((resolve, reject) => {
            if (!places.has(place)) return reject(new DOMException('The answer was left', 'AbortError'))
            place.most = Math.max(place.most, work)
            place.end = { work, resolve, reject }
            review()
          }),
        leave(reason) {
          if (!places.has(place)) return
          settle()
          places.delete(place)
          place.end?.reject(reason)
          wake()
        },
      }
    },
  }
}
