import { createHash } from 'node:crypto'
import type { GenerateRequest, Generation, ScoreResult } from '../../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import { toBfloat16, toBfloat16Rows } from '../../../shared/proof/bfloat16.ts'
import { answerOpening } from '../../../shared/proof/fingerprint/answer-opening.ts'
import { fingerprintDistances } from '../../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows, type HiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import { fromFloat16 } from '../../../shared/proof/float16.ts'
import { buildTopLoc } from '../../../shared/proof/toploc/build-toploc.ts'
import { compareTopLoc, type TopLocDifference } from '../../../shared/proof/toploc/compare-toploc.ts'
import { impossibleNats } from '../../../validator/verification/checks/check-impossible-token.ts'
import type { AnswerSample } from './answer-sample.ts'
import { exponentMiss, marginClip, openedRows, projections, toploc } from './settings.ts'

/** What all checks say of an answer; the openings are drawn from the request's own key, as from a beacon. */
export function measureAnswer(model: LoadedModel, request: GenerateRequest, answer: Generation, score: ScoreResult): AnswerSample {
  const last = answer.tokenIds.at(-1)
  return {
    margins: Float32Array.from(score.margins),
    surprisals: Float32Array.from(score.surprisals),
    entropies: Float32Array.from(score.entropies),
    endProbabilities: Float32Array.from(score.endProbabilities),
    drifts: Float32Array.from(score.logProbs, (own, index) => driftOf(answer.logProbs[index] ?? Number.NaN, own)),
    ...compareProofs(request, answer.hidden, score.hidden),
    ended: last !== undefined && model.eosIds.has(last),
    problem: findProblem(model, request, answer, score),
  }
}

/** exp(|difference of the log-probabilities|) - 1; a number that is none is as far off as can be. */
export function driftOf(stated: number, own: number): number {
  const drift = Math.expm1(Math.abs(stated - own))
  return Number.isNaN(drift) ? Number.POSITIVE_INFINITY : drift
}

/** Fingerprint distances a row and TOPLOC differences a chunk of what a miner shows against the reference's rows [tokens, hidden]. */
export function compareProofs(
  { noiseKey }: Pick<GenerateRequest, 'noiseKey'>,
  shown: HiddenRows | undefined,
  own: Float32Array | undefined,
): Pick<AnswerSample, 'distances' | 'chunks'> {
  if (shown === undefined || own === undefined) return { distances: new Float32Array(), chunks: new Float32Array() }
  const { hidden, patterns } = shown
  const rows = own.length / hidden
  const receipt = createHash('sha256').update(noiseKey).digest('hex')
  const opening = drawOpening(receipt, receipt, { hidden, k: projections, fullRows: openedRows, rows })
  const { projections: sent } = answerOpening(shown, commitRows(shown), { ...opening, rows: [] })
  const shape = { hidden, ...toploc, promptRows: 0 }
  const proofs = buildTopLoc(
    Uint16Array.from(patterns, pattern => toBfloat16(fromFloat16(pattern))),
    shape,
  )
  return {
    distances: Float32Array.from(fingerprintDistances(sent, own, hidden, opening)),
    chunks: Float32Array.from(compareTopLoc(toBfloat16Rows(own), proofs, shape).map(differenceOf)),
  }
}

/** Mean difference of a chunk's values: that of the mantissas, and 128 for each value of another exponent; a malformed proof is off in all of them. */
export function differenceOf(difference: TopLocDifference | null): number {
  if (difference === null) return exponentMiss
  const { exponentMismatches, mantissaMean } = difference
  const matching = Math.max(0, toploc.k - exponentMismatches)
  return (exponentMiss * exponentMismatches + (matching > 0 ? mantissaMean * matching : 0)) / toploc.k
}

function findProblem(
  { eosIds }: LoadedModel,
  { sampling }: GenerateRequest,
  { tokenIds, finishReason }: Generation,
  { margins, surprisals, logProbs }: ScoreResult,
): AnswerSample['problem'] {
  const end = tokenIds.findIndex(id => eosIds.has(id))
  if (end >= 0 && end < tokenIds.length - 1) return { code: 'VERIFY_AFTER_EOS', tokens: end + 2 }
  if (end >= 0 !== (finishReason === 'stop') || (end < 0 && tokenIds.length !== sampling.maxTokens))
    return { code: 'VERIFY_FINISH', tokens: tokenIds.length }
  const impossible = tokenIds.findIndex((_, at) => {
    const surprisal = surprisals[at] ?? 0
    const nats = Number.isFinite(surprisal) ? surprisal : -(logProbs[at] ?? 0)
    return nats > impossibleNats && (margins[at] ?? 0) >= marginClip
  })
  return impossible < 0 ? null : { code: 'VERIFY_IMPOSSIBLE_TOKEN', tokens: impossible + 1 }
}
