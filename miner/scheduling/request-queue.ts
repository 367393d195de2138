import { AssayError } from '../../shared/errors/assay-error.ts'
import { followAbort } from '../../shared/util/follow-abort.ts'
import { onAbort } from '../../shared/util/on-abort.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import { createFairOrder } from './fair-order.ts'

export interface RequestQueueOptions {
  /** Jobs that may wait. */
  readonly limit: number
  /** Jobs that run at the same time. */
  readonly concurrency: number
  /** Work per second that is got through. */
  readonly rate: () => number
  readonly monotonicMs: () => number
  /** A caller's weight against the others', above 0; all the same unless told. */
  readonly weightOf?: (caller: string) => number
}

export interface Job<T> {
  /** Who asked; nobody in particular unless told. */
  readonly caller?: string
  /** Output tokens at most, prompt included as a part of one. */
  readonly work: number
  /** When the caller stops waiting, on the monotonic clock. */
  readonly deadlineAtMs: number
  /** What the caller allowed, for the message. */
  readonly deadlineMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
  run(signal: AbortSignal): Promise<T>
  /** What it really cost. */
  spent?(result: T): number
}

export interface RequestQueue {
  /** Runs a job when its turn comes. Throws MINER_QUEUE_FULL, MINER_DEADLINE, MINER_STOPPING, or the reason of the job's own signal. */
  add<T>(job: Job<T>): Promise<T>
  /** Jobs that wait now, and that run. */
  waiting(): number
  running(): number
  /** Ends everything that waits or runs with MINER_STOPPING. */
  stop(): void
}

interface Place {
  readonly caller: string
  readonly work: number
  /** The part of it that its caller's answers turned out to need lately. */
  readonly expected: number
  readonly deadlineAtMs: number
  start(): void
  drop(error: AssayError): void
}

/** The part of the places that one caller may take while others are there. */
const mostOfPlaces = 0.75
/** Requests that the guess of how much of its tokens an answer uses goes back to. */
const memory = 32
/** Callers whose guess is kept; the one that was answered longest ago is forgotten. */
const maxLearned = 1_024

/** A bounded queue, fair between callers, that refuses early what cannot be answered in time, so that overload costs no work. */
export function createRequestQueue(options: RequestQueueOptions): RequestQueue {
  const { limit, concurrency, rate, monotonicMs, weightOf = () => 1 } = options
  const order = createFairOrder<Place>(weightOf)
  const stopping = new AbortController()
  const runningOf = new Map<string, number>()
  let running = 0
  /** Expected work of those that run. */
  let runningWork = 0
  /** Part of the work asked for that a caller's answers turn out to need: by caller, or one could make us promise the others too much. */
  const used = new Map<string, number>()
  /** How many ran together lately. */
  let company = 0

  const usedBy = (caller: string) => used.get(caller) ?? 1
  const timeMs = (work: number) => (1_000 * work) / Math.max(rate(), 1e-9)
  /**
   * Until a new job would be done: when its turn comes, and then as slowly as in company. Those before it have to be done but for the ones that
   * still run beside it; where all places are taken, the next is free when one of those that run ends, which have half of their work behind them.
   */
  const doneMs = ({ caller, expected }: Place) => {
    const turnMs = running < concurrency ? 0 : timeMs(order.workBefore(caller) * usedBy(caller) + runningWork / concurrency / 2)
    return turnMs + timeMs(expected) * Math.min(concurrency, Math.max(running + 1, company))
  }
  const refusal = (code: 'MINER_QUEUE_FULL' | 'MINER_DEADLINE', details: Record<string, unknown>) =>
    new AssayError(code, { ...details, retryAfterMs: Math.min(60_000, Math.ceil(timeMs(runningWork / 2))) })
  const late = (deadlineMs: number) => refusal('MINER_DEADLINE', { deadlineMs })

  // Nobody may hold every place: another caller's first request must not wait for whole answers.
  const mayRun = (caller: string) => {
    const own = runningOf.get(caller) ?? 0
    const others = running > own || order.callers() > 1
    return own < (others ? Math.max(1, Math.floor(concurrency * mostOfPlaces)) : concurrency)
  }
  const enter = ({ caller, expected }: Place) => {
    running += 1
    runningWork += expected
    runningOf.set(caller, (runningOf.get(caller) ?? 0) + 1)
  }
  const leave = ({ caller, expected }: Place) => {
    company += (running - company) / memory
    running -= 1
    runningWork -= expected
    const own = (runningOf.get(caller) ?? 1) - 1
    if (own === 0) runningOf.delete(caller)
    else runningOf.set(caller, own)
    startNext()
  }
  const startNext = () => {
    while (running < concurrency) {
      const next = order.take(mayRun) ?? (running === 0 ? order.take(() => true) : undefined)
      if (next === undefined) return
      next.start()
    }
  }
  const turn = (place: Place, deadlineMs: number, wait: (place: Place) => void) => {
    // An idle machine tries whatever comes: its rate is a guess.
    if (running + order.size > 0 && monotonicMs() + doneMs(place) > place.deadlineAtMs) throw late(deadlineMs)
    if (order.size === 0 && running < concurrency && mayRun(place.caller)) return place.start()
    if (order.size >= limit) {
      const displaced = order.displacedBy(place.caller)
      if (displaced === undefined) throw refusal('MINER_QUEUE_FULL', { limit })
      order.remove(displaced)
      displaced.drop(refusal('MINER_QUEUE_FULL', { limit }))
    }
    wait(place)
  }
  const learn = (caller: string, work: number, spent: number | undefined) => {
    if (spent === undefined || work <= 0) return
    const before = usedBy(caller)
    const oldest = used.keys().next()
    used.delete(caller)
    if (used.size >= maxLearned && !oldest.done) used.delete(oldest.value)
    used.set(caller, before + (Math.min(1, spent / work) - before) / memory)
  }
  /** Resolves, with the place taken, when the job's turn has come. */
  const takePlace = ({ caller = '', work, deadlineAtMs, deadlineMs }: Job<unknown>, signal: AbortSignal): Promise<Place> =>
    new Promise((resolve, reject) => {
      let forget = () => {}
      const place: Place = {
        ...{ caller, work, expected: work * usedBy(caller), deadlineAtMs },
        start() {
          forget()
          // What has no time left even for itself would only take the others' time.
          if (monotonicMs() >= deadlineAtMs) return reject(late(deadlineMs))
          enter(place)
          resolve(place)
        },
        drop(error) {
          forget()
          reject(error)
        },
      }
      try {
        turn(place, deadlineMs, waiting => {
          order.add(waiting)
          forget = onAbort(signal, () => {
            order.remove(waiting)
            reject(signal.reason)
          })
        })
      } catch (error) {
        reject(error)
      }
    })

  return {
    waiting: () => order.size,
    running: () => running,
    stop: () => stopping.abort(new AssayError('MINER_STOPPING')),
    async add(job) {
      const tooLate = new AbortController()
      const timer = setTimeout(
        () => tooLate.abort(new AssayError('MINER_DEADLINE', { deadlineMs: job.deadlineMs })),
        Math.max(0, job.deadlineAtMs - monotonicMs()),
      )
      const { signal, forget } = followAbort([job.signal, tooLate.signal, stopping.signal])
      try {
        signal.throwIfAborted()
        const place = await takePlace(job, signal)
        // The place is free when the engine has let go of the job, not when its caller has.
        const result = job.run(signal).finally(() => leave(place))
        const value = await raceAbort(result, signal)
        learn(job.caller ?? '', job.work, job.spent?.(value))
        return value
      } catch (error) {
        throw signal.aborted ? signal.reason : error
      } finally {
        clearTimeout(timer)
        forget()
      }
    },
  }
}
