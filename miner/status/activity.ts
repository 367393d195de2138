import { type CallerCounts, createCallerTable } from './caller-table.ts'
import { createRecentSeconds, type Second } from './recent-seconds.ts'
import { createRecentValues, type Quantiles } from './recent-values.ts'

/** One answer in the engine. */
export interface AnswerWatch {
  /** Tokens of one step. */
  step(tokens: number): void
  /** It left the engine, whole or not. */
  end(whole: boolean): void
}

export interface AnswerStart {
  readonly caller: string
  /** When the request's headers were here, on the monotonic clock. */
  readonly receivedAtMs: number
  readonly promptTokens: number
}

/** Where the times of each answer go, in seconds. */
export interface TimeSinks {
  /** From the request's headers to the first token. */
  firstToken(seconds: number): void
  /** Between two tokens, the mean over one answer. */
  perToken(seconds: number): void
  /** From the request's headers to the last token. */
  whole(seconds: number): void
}

export interface Activity {
  /** An answer goes into the engine. */
  enter(start: AnswerStart): AnswerWatch
  /** A request was refused, by the code of our own table. */
  refuse(code: string): void
  /** Sends the times of answers to somebody else too. */
  tell(sinks: TimeSinks): void
  /** Sequences in the engine now. */
  batch(): number
  tokens(): { readonly prompt: number; readonly completion: number }
  totals(): { readonly busyMs: number; readonly batchMs: number }
  /** The whole seconds of the last minute, oldest first. */
  seconds(): Second[]
  /** Of the last 1,024 answers, in seconds. */
  times(): { readonly firstToken: Quantiles | null; readonly perToken: Quantiles | null; readonly whole: Quantiles | null }
  refusals(): ReadonlyMap<string, number>
  callers(): ReadonlyArray<readonly [caller: string, counts: CallerCounts]>
}

/** Follows what the engine does for whom, in fixed memory and with one reading of the clock for each step. */
export function createActivity(monotonicMs: () => number): Activity {
  const recent = createRecentSeconds(monotonicMs())
  const firstTokens = createRecentValues()
  const perTokens = createRecentValues()
  const wholes = createRecentValues()
  const callers = createCallerTable()
  const refusals = new Map<string, number>()
  const tokens = { prompt: 0, completion: 0 }
  let sinks: TimeSinks | undefined
  let batch = 0

  return {
    enter({ caller, receivedAtMs, promptTokens }) {
      batch += 1
      recent.setLevel(batch, monotonicMs())
      let completion = 0
      let firstMs = 0
      let lastMs = 0
      let ended = false
      return {
        step(count) {
          if (count === 0) return
          lastMs = monotonicMs()
          if (completion === 0) {
            firstMs = lastMs
            tokens.prompt += promptTokens
            firstTokens.add((firstMs - receivedAtMs) / 1_000)
            sinks?.firstToken((firstMs - receivedAtMs) / 1_000)
          }
          completion += count
          tokens.completion += count
          recent.count(count, lastMs)
        },
        end(whole) {
          if (ended) return
          ended = true
          batch -= 1
          const nowMs = monotonicMs()
          recent.setLevel(batch, nowMs)
          callers.add(caller, {
            ...{ answers: whole ? 1 : 0, completionTokens: completion },
            promptTokens: completion > 0 ? promptTokens : 0,
          })
          // An answer that was told at once says nothing of the time between its tokens.
          if (lastMs > firstMs && completion > 1) {
            const seconds = (lastMs - firstMs) / (completion - 1) / 1_000
            perTokens.add(seconds)
            sinks?.perToken(seconds)
          }
          if (!whole) return
          wholes.add((nowMs - receivedAtMs) / 1_000)
          sinks?.whole((nowMs - receivedAtMs) / 1_000)
        },
      }
    },
    refuse: code => refusals.set(code, (refusals.get(code) ?? 0) + 1),
    tell(given) {
      sinks = given
    },
    batch: () => batch,
    tokens: () => ({ ...tokens }),
    totals: () => recent.totals(monotonicMs()),
    seconds: () => recent.list(monotonicMs()),
    times: () => ({ firstToken: firstTokens.quantiles(), perToken: perTokens.quantiles(), whole: wholes.quantiles() }),
    refusals: () => refusals,
    callers: callers.list,
  }
}
