import { type Static, Type } from 'typebox'
import { Hex32 } from '../protocol/fields.ts'
import { parserOf } from '../protocol/parser-of.ts'

const strict = { additionalProperties: false } as const
const number = Type.Number({ minimum: 0 })
const positive = Type.Number({ exclusiveMinimum: 0 })
const count = Type.Integer({ minimum: 0 })
const name = Type.String({ minLength: 1, maxLength: 100 })

/** What a check measured on one variant's honest answers. */
const Measured = Type.Object({ values: count, mean: number, median: number, q99: number, q999: number, max: number }, strict)
export type Measured = Static<typeof Measured>

/** One way of running the model honestly, against the reference of the validator. */
export const CalibratedVariant = Type.Object(
  {
    name,
    /** Precision of weights or cache that it stands for, and the engine that ran it. */
    precision: name,
    engine: name,
    /** Its answers set the bounds; others are measured to be shown. */
    isAccepted: Type.Boolean(),
    answers: count,
    tokens: count,
    /** Clipped margins of answers at temperatures above 0, as shares of the clip, one a token. */
    margin: Measured,
    /** Margins of greedy answers in logits, one a token. */
    greedyMargin: Measured,
    /** Relative distances of the projected rows, one a token; null for an engine that shows no rows. */
    fingerprint: Type.Union([Measured, Type.Null()]),
    /** |stated - reference| log-probability in nats, one a token. */
    logProb: Measured,
    /** Means over an answer's rows, and exp(median) - 1 over its log-probabilities, one an answer. */
    answerFingerprint: Type.Union([Measured, Type.Null()]),
    answerLogProb: Measured,
    /** E-values of its answers under the bounds of this file, one an answer. */
    eValue: Measured,
  },
  strict,
)
export type CalibratedVariant = Static<typeof CalibratedVariant>

/** The bounds that follow from the accepted variants, by the rule. */
export const CalibratedBounds = Type.Object(
  {
    marginBound: positive,
    marginClip: positive,
    greedySlack: number,
    fingerprintBound: positive,
    logProbBound: positive,
    /** Of whole answers, for the record: what an honest answer exceeds at the false-positive rate. */
    answerFingerprint: positive,
    answerLogProb: positive,
  },
  strict,
)
export type CalibratedBounds = Static<typeof CalibratedBounds>

/** How the bounds follow from what was measured. */
export const CalibrationRule = Type.Object(
  {
    marginClip: positive,
    /** marginBound is so many times the mean clipped margin of the worst accepted variant, and at least the floor. */
    marginFactor: positive,
    leastMarginBound: positive,
    /** greedySlack is so many times the largest honest margin of any answer. */
    greedyFactor: positive,
    /** A distance's bound is the least under which the mean of phi over the rows of every accepted variant is at most this. */
    honestMeanRatio: positive,
    /** Share of honest answers that may exceed a bound of whole answers; where there are too few answers to tell, none of them does, and by half. */
    falsePositiveRate: positive,
  },
  strict,
)
export type CalibrationRule = Static<typeof CalibrationRule>

/** What the validator's own engines were found to do under honest changes of their settings, and the bounds that follow from it. */
export const CalibrationFile = Type.Object(
  {
    version: Type.Literal('assay/calibration/1'),
    model: name,
    manifestDigest: Hex32,
    /** Numbers that a row is projected to. */
    projected: Type.Integer({ minimum: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    rule: CalibrationRule,
    variants: Type.Array(CalibratedVariant, { minItems: 1, maxItems: 64 }),
    bounds: CalibratedBounds,
    /** The same for a class of each precision: from its own variants and those of finer ones. */
    precisions: Type.Record(name, CalibratedBounds, { maxProperties: 16 }),
  },
  strict,
)
export type CalibrationFile = Static<typeof CalibrationFile>

/** Fewest answers of a variant that a subnet file may take bounds from: fewer have not seen how far honest answers go. */
export const leastCalibrationAnswers = 200

export const parseCalibrationFile = parserOf(CalibrationFile, 'PROTO_SHAPE', 'calibration file')
