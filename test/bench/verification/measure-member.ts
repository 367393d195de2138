import type { AnswerSample } from './answer-sample.ts'
import { combineChecks } from './combine-checks.ts'
import type { LaidTokens } from './lay-tokens.ts'
import { type Counted, layBoth, type NullStreams } from './null-streams.ts'
import { areaUnderCurve, rocCurve, shareInterval, truePositiveRate } from './roc.ts'
import { rates, streamLengths } from './settings.ts'
import { proofChecks, type StreamCheck, streamScores, tokenChecks } from './stream-checks.ts'

/** True-positive rates of one check on streams of one length. */
export interface Cell {
  readonly tokens: number
  readonly nullStreams: number
  readonly streams: number
  /** At the false-positive rates of the table; null where 3 / nullStreams exceeds the rate. */
  readonly truePositiveRates: readonly (number | null)[]
  /** 95 % intervals of those, for the number of the cheat's streams. */
  readonly intervals: readonly (readonly [number, number] | null)[]
  readonly auc: number | null
}

export interface Row {
  readonly check: string
  readonly label: string
  readonly counted: Counted
  readonly cells: readonly Cell[]
}

export interface Curve {
  readonly check: string
  readonly label: string
  readonly tokens: number
  readonly points: readonly (readonly [fpr: number, tpr: number])[]
}

export interface MeasuredMember {
  readonly rows: readonly Row[]
  readonly curves: readonly Curve[]
}

/** Lengths of streams that are drawn as curves. */
export const curveTokens: readonly number[] = [3, 30, 300]
const curvePoints = 60

interface CheckRow {
  readonly name: string
  readonly label: string
  readonly checks: readonly StreamCheck[]
}

const single = (check: StreamCheck): CheckRow => ({ name: check.name, label: check.label, checks: [check] })
const checkRows: readonly CheckRow[] = [
  ...tokenChecks.map(single),
  { name: 'tokens', label: 'tokens alone, combined', checks: tokenChecks },
  ...proofChecks.map(single),
  { name: 'all', label: 'all combined', checks: [...tokenChecks, ...proofChecks] },
]

/** Every check alone and combined, on all tokens and on stochastic ones, for one cheat against honest streams. */
export function measureMember(honest: NullStreams, samples: readonly AnswerSample[]): MeasuredMember {
  const laid = layBoth(samples)
  const rows: Row[] = []
  const curves: Curve[] = []
  for (const counted of ['all', 'stochastic'] as const)
    for (const { name, label, checks } of checkRows) {
      const fitting = checks.filter(({ perToken }) => counted === 'all' || perToken)
      if (fitting.length === 0) continue
      const cells = streamLengths.map(tokens => {
        const { nulls, scores } = scoresOf(honest, laid[counted], fitting, tokens, counted)
        if (counted === 'all' && curveTokens.includes(tokens) && nulls.length > 0 && scores.length > 0)
          curves.push({ check: name, label, tokens, points: rocCurve(nulls, scores, curvePoints) })
        return cellOf(tokens, nulls, scores)
      })
      rows.push({ check: name, label, counted, cells })
    }
  return { rows, curves }
}

/** The ascending honest scores, and the cheat's: of one check, or of all that can see anything. */
function scoresOf(
  honest: NullStreams,
  laid: LaidTokens,
  checks: readonly StreamCheck[],
  tokens: number,
  counted: Counted,
): { nulls: Float64Array; scores: Float64Array } {
  const measured = checks.map(check => ({
    check,
    honest: honest.scoresOf(check, tokens, counted),
    scores: streamScores(laid, check, tokens),
  }))
  const [only] = measured
  if (only !== undefined && measured.length === 1) return { nulls: only.honest.sorted, scores: only.scores }
  const seeing = measured.filter(part => part.honest.scores.length > 0 && part.scores.length > 0)
  const seen = seeing.map(({ check }) => check)
  return { nulls: honest.combinedOf(seen, tokens, counted).sorted, scores: combineChecks(seeing, false) }
}

function cellOf(tokens: number, nulls: Float64Array, scores: Float64Array): Cell {
  const truePositiveRates = rates.map(rate => truePositiveRate(nulls, scores, rate))
  return {
    tokens,
    nullStreams: nulls.length,
    streams: scores.length,
    truePositiveRates,
    intervals: truePositiveRates.map(share => (share === null ? null : shareInterval(share, scores.length))),
    auc: areaUnderCurve(nulls, scores),
  }
}
