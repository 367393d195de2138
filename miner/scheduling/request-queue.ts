import { AssayError } from '../../shared/errors/assay-error.ts'

export interface RequestQueueOptions {
  /** Jobs that may wait. */
  readonly limit: number
  /** Jobs that run at the same time. */
  readonly concurrency: number
  /** Work per second that is got through. */
  readonly rate: () => number
  readonly monotonicMs: () => number
}

export interface Job<T> {
  /** Output tokens at most, prompt included as a part of one. */
  readonly work: number
  /** When the caller stops waiting, on the monotonic clock. */
  readonly deadlineAtMs: number
  /** What the caller allowed, for the message. */
  readonly deadlineMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
  run(signal: AbortSignal): Promise<T>
}

export interface RequestQueue {
  /** Runs a job when its turn comes. Throws MINER_QUEUE_FULL, MINER_DEADLINE, MINER_STOPPING, or the reason of the job's own signal. */
  add<T>(job: Job<T>): Promise<T>
  /** Jobs that wait now. */
  waiting(): number
  /** Ends everything that waits or runs with MINER_STOPPING. */
  stop(): void
}

interface Waiting {
  readonly work: number
  readonly deadlineAtMs: number
  start(): void
  drop(): void
}

/** A bounded first-come queue that refuses early what cannot be answered in time, so that overload costs no work. */
export function createRequestQueue({ limit, concurrency, rate, monotonicMs }: RequestQueueOptions): RequestQueue {
  const waiting: Waiting[] = []
  const stopping = new AbortController()
  let running = 0
  let runningWork = 0

  /** Time until a new job would start: those before it may need all their tokens, those that run have half of it behind them. */
  const waitMs = () => (1_000 * (waiting.reduce((sum, { work }) => sum + work, 0) + runningWork / 2)) / Math.max(rate(), 1e-9)

  const drop = (code: 'MINER_QUEUE_FULL' | 'MINER_DEADLINE', details: Record<string, unknown>) =>
    new AssayError(code, { ...details, retryAfterMs: Math.min(60_000, Math.ceil(waitMs())) })
  const enter = (work: number) => {
    running += 1
    runningWork += work
  }
  const leave = (work: number) => {
    running -= 1
    runningWork -= work
    startNext()
  }
  const startNext = () => {
    while (running < concurrency) {
      const next = waiting.shift()
      if (next === undefined) return
      if (next.deadlineAtMs <= monotonicMs()) next.drop()
      else next.start()
    }
  }
  const turn = (job: Job<unknown>, signal: AbortSignal): Promise<void> => {
    if (running < concurrency) return Promise.resolve(enter(job.work))
    if (waiting.length >= limit) return Promise.reject(drop('MINER_QUEUE_FULL', { limit }))
    if (monotonicMs() + waitMs() > job.deadlineAtMs) return Promise.reject(drop('MINER_DEADLINE', { deadlineMs: job.deadlineMs }))
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(place), 1)
        reject(signal.reason)
      }
      const place: Waiting = {
        work: job.work,
        deadlineAtMs: job.deadlineAtMs,
        start() {
          signal.removeEventListener('abort', giveUp)
          enter(job.work)
          resolve()
        },
        drop() {
          signal.removeEventListener('abort', giveUp)
          reject(drop('MINER_DEADLINE', { deadlineMs: job.deadlineMs }))
        },
      }
      waiting.push(place)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return {
    waiting: () => waiting.length,
    stop: () => stopping.abort(new AssayError('MINER_STOPPING')),
    async add(job) {
      const late = new AbortController()
      const timer = setTimeout(
        () => late.abort(new AssayError('MINER_DEADLINE', { deadlineMs: job.deadlineMs })),
        Math.max(0, job.deadlineAtMs - monotonicMs()),
      )
      const signal = AbortSignal.any([job.signal, late.signal, stopping.signal])
      try {
        signal.throwIfAborted()
        await turn(job, signal)
        // The place is free when the engine has let go of the job, not when its caller has.
        const result = job.run(signal).finally(() => leave(job.work))
        return await untilAborted(result, signal)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** The result, or the signal's reason as soon as it aborts: an engine that ignores its signal must not keep a caller waiting. */
async function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([result, aborted])
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
