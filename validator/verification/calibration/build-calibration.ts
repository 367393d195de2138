import type { CalibratedBounds, CalibratedVariant, CalibrationFile, CalibrationRule } from '../../../shared/subnet/calibration-file.ts'
import { fingerprintDistance } from '../checks/check-fingerprint.ts'
import { answerEValue, type CheckWeights, usualWeights } from '../evidence/answer-e-value.ts'
import { fingerprintLaw, logProbLaw } from '../evidence/distance-e-value.ts'
import { distanceBound, honestMeanRatio } from './distance-bound.ts'
import type { HonestAnswer, VariantAnswers } from './honest-answer.ts'
import { boundAtRate, summarise } from './summarise.ts'

/** The rule that is used unless told otherwise; see CalibrationRule. */
export const usualRule: CalibrationRule = {
  marginClip: 0.5,
  marginFactor: 10,
  leastMarginBound: 1e-4,
  greedyFactor: 3,
  honestMeanRatio,
  falsePositiveRate: 1e-3,
}

export interface CalibrationParts extends Pick<CalibrationFile, 'model' | 'manifestDigest' | 'projected' | 'seed' | 'rule'> {
  readonly variants: readonly VariantAnswers[]
  /** Precisions whose variants set the bounds. */
  readonly accepted: readonly string[]
  readonly checkWeights?: CheckWeights
}

/** Derives the bounds from the accepted variants and sums up all of them; pure. */
export function buildCalibration(parts: CalibrationParts): CalibrationFile {
  const { variants, accepted, rule, checkWeights = usualWeights } = parts
  const isAccepted = ({ precision }: VariantAnswers) => accepted.includes(precision)
  const bounds = deriveBounds(variants.filter(isAccepted), rule)
  return {
    version: 'assay/calibration/1',
    model: parts.model,
    manifestDigest: parts.manifestDigest,
    projected: parts.projected,
    seed: parts.seed,
    rule,
    variants: variants.map(variant => describe(variant, isAccepted(variant), bounds, checkWeights)),
    bounds,
    precisions: boundsByPrecision(variants, rule),
  }
}

const finestFirst = ['fp32', 'fp16', 'bf16', 'int8', 'int4']

function boundsByPrecision(variants: readonly VariantAnswers[], rule: CalibrationRule): Record<string, CalibratedBounds> {
  const measured = finestFirst.filter(one => variants.some(({ precision }) => precision === one))
  return Object.fromEntries(
    measured.map((one, rank) => [
      one,
      deriveBounds(
        variants.filter(({ precision }) => measured.indexOf(precision) <= rank),
        rule,
      ),
    ]),
  )
}

/** The bounds by the rule, each from the worst of the variants. */
export function deriveBounds(variants: readonly VariantAnswers[], rule: CalibrationRule): CalibratedBounds {
  const worst = (of: (variant: VariantAnswers) => number) => variants.reduce((most, variant) => Math.max(most, of(variant)), 0)
  const meanOf = (values: readonly number[]) => summarise(values).mean
  return {
    marginBound: Math.max(
      rule.leastMarginBound,
      rule.marginFactor * worst(({ answers }) => meanOf(sampledMargins(answers, rule.marginClip))),
    ),
    marginClip: rule.marginClip,
    greedySlack: rule.greedyFactor * worst(({ answers }) => summarise(allMargins(answers)).max),
    fingerprintBound: Math.max(
      Number.MIN_VALUE,
      worst(({ answers }) => distanceBound(distancesOf(answers), fingerprintLaw)),
    ),
    logProbBound: Math.max(
      Number.MIN_VALUE,
      worst(({ answers }) => distanceBound(driftsOf(answers), logProbLaw)),
    ),
    answerFingerprint: Math.max(
      Number.MIN_VALUE,
      worst(({ answers }) => boundAtRate(answerDistances(answers), rule.falsePositiveRate)),
    ),
    answerLogProb: Math.max(
      Number.MIN_VALUE,
      worst(({ answers }) => boundAtRate(answerDrifts(answers), rule.falsePositiveRate)),
    ),
  }
}

function describe(variant: VariantAnswers, isAccepted: boolean, bounds: CalibratedBounds, checkWeights: CheckWeights): CalibratedVariant {
  const { name, precision, engine, answers } = variant
  const hasRows = answers.some(({ distances }) => distances !== null)
  return {
    ...{ name, precision, engine, isAccepted, answers: answers.length },
    tokens: answers.reduce((sum, { margins }) => sum + margins.length, 0),
    margin: summarise(sampledMargins(answers, bounds.marginClip)),
    greedyMargin: summarise(greedyMargins(answers)),
    fingerprint: hasRows ? summarise(distancesOf(answers)) : null,
    logProb: summarise(driftsOf(answers)),
    answerFingerprint: hasRows ? summarise(answerDistances(answers)) : null,
    answerLogProb: summarise(answerDrifts(answers)),
    eValue: summarise(answers.map(answer => eValueOf(answer, bounds, checkWeights))),
  }
}

function eValueOf({ temperature, margins, drifts, distances }: HonestAnswer, bounds: CalibratedBounds, checkWeights: CheckWeights): number {
  const { marginBound, marginClip, greedySlack, fingerprintBound, logProbBound } = bounds
  return answerEValue(
    { margins, drifts, ...(distances && { distances }) },
    { marginBound, marginClip, fingerprintBound, logProbBound, checkWeights, marginSlack: temperature === 0 ? greedySlack : 0 },
  )
}

function sampledMargins(answers: readonly HonestAnswer[], clip: number): number[] {
  return answers.flatMap(({ temperature, margins }) => (temperature === 0 ? [] : margins.map(margin => Math.min(margin, clip) / clip)))
}

function greedyMargins(answers: readonly HonestAnswer[]): number[] {
  return answers.flatMap(({ temperature, margins }) => (temperature === 0 ? [...margins] : []))
}

// A margin at any temperature is a gap that rounding closed: near ties of greedy answers are rare, and those of others tell as much.
function allMargins(answers: readonly HonestAnswer[]): number[] {
  return answers.flatMap(({ margins }) => [...margins])
}

function distancesOf(answers: readonly HonestAnswer[]): number[] {
  return answers.flatMap(({ distances }) => distances ?? [])
}

function driftsOf(answers: readonly HonestAnswer[]): number[] {
  return answers.flatMap(({ drifts }) => drifts)
}

function answerDistances(answers: readonly HonestAnswer[]): number[] {
  return answers.flatMap(({ distances }) => (distances === null ? [] : (fingerprintDistance(Float64Array.from(distances)) ?? [])))
}

function answerDrifts(answers: readonly HonestAnswer[]): number[] {
  return answers.map(({ drifts }) => Math.expm1([...drifts].sort((a, b) => a - b)[Math.floor(drifts.length / 2)] ?? 0))
}
