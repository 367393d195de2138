import type { AnswerSample } from './answer-sample.ts'
import { combineChecks, type NullScores } from './combine-checks.ts'
import { type LaidTokens, layTokens } from './lay-tokens.ts'
import { ascending } from './roc.ts'
import { toploc } from './settings.ts'
import { type StreamCheck, streamScores } from './stream-checks.ts'

/** Whether all tokens of a stream are counted, or the stochastic ones alone. */
export type Counted = 'all' | 'stochastic'

/** Honest answers as disjoint streams, scored once for all cheats. */
export interface NullStreams {
  scoresOf(check: StreamCheck, tokens: number, counted: Counted): NullScores
  combinedOf(checks: readonly StreamCheck[], tokens: number, counted: Counted): NullScores
}

/** Answers laid out both ways. */
export function layBoth(samples: readonly AnswerSample[]): Readonly<Record<Counted, LaidTokens>> {
  const { chunkRows } = toploc
  return { all: layTokens(samples, { chunkRows }), stochastic: layTokens(samples, { chunkRows, stochasticOnly: true }) }
}

/** Nothing is scored before it is asked for. */
export function createNullStreams(samples: readonly AnswerSample[]): NullStreams {
  const laid = layBoth(samples)
  const known = new Map<string, NullScores>()
  const once = (key: string, make: () => Float64Array): NullScores => {
    const before = known.get(key)
    if (before !== undefined) return before
    const scores = make()
    const made = { scores, sorted: ascending(scores) }
    known.set(key, made)
    return made
  }
  const scoresOf: NullStreams['scoresOf'] = (check, tokens, counted) =>
    once(`${counted} ${tokens} ${check.name}`, () => streamScores(laid[counted], check, tokens))
  return {
    scoresOf,
    combinedOf: (checks, tokens, counted) =>
      once(`${counted} ${tokens} ${checks.map(({ name }) => name).join('+')}`, () =>
        combineChecks(
          checks.map(check => {
            const honest = scoresOf(check, tokens, counted)
            return { honest, scores: honest.scores }
          }),
          true,
        ),
      ),
  }
}
