import type { AnswerBounds } from '../../../validator/verification/evidence/answer-e-value.ts'
import type { Conviction } from './convict.ts'
import type { EvidenceOf } from './e-value-of.ts'
import type { Costs } from './measure-costs.ts'
import type { MeasuredMember } from './measure-member.ts'
import type { NullProof } from './null-proofs.ts'
import type { Amounts } from './settings.ts'
import type { Lifetimes } from './simulate-lifetimes.ts'

export interface VariantReport {
  readonly name: string
  readonly className: string
  readonly answers: number
  readonly tokens: number
  /** Means over all tokens: margin as a share of its clip, relative distance and drift of log-probabilities; null where no hidden rows are shown. */
  readonly margin: number
  readonly distance: number | null
  readonly drift: number
  /** Share of tokens that are not the one legal token under the reference. */
  readonly mismatches: number
  readonly largestEValue: number
}

/** How soon a cheat is convicted by one kind of evidence, with its answers cut to so many tokens (null: whole answers). */
export interface ConvictionRow extends Conviction {
  readonly of: EvidenceOf
  readonly cut: number | null
}

export interface MemberReport extends MeasuredMember {
  readonly name: string
  readonly does: string
  readonly answers: number
  readonly tokens: number
  readonly stochasticTokens: number
  /** Share of its answers that a deterministic check fails, and which. */
  readonly fails: number
  readonly failCodes: readonly string[]
  readonly convictions: readonly ConvictionRow[]
  /** E-values of its whole answers, each as likely as the others. */
  readonly deciles: Deciles
}

/** The middles of the ten tenths of a sorted sample, by kind of evidence. */
export type Deciles = Readonly<Record<EvidenceOf, readonly number[]>>

/** What a cheat would face under the bounds of one class, or what would be calibrated for it alone. */
export interface ClassReport {
  readonly className: string
  readonly bounds: AnswerBounds
  readonly largestHonestEValue: number
  readonly members: readonly { readonly name: string; readonly best: ConvictionRow | null }[]
}

export interface Report {
  readonly quick: boolean
  readonly amounts: Amounts
  readonly model: string
  readonly manifestDigest: string
  readonly alpha: number
  /** Of the stream that all answers belong to, in a miner's evidence. */
  readonly streamWeight: number
  readonly bounds: AnswerBounds
  /** The class that power is quoted against. */
  readonly loosest: string
  readonly variants: readonly VariantReport[]
  readonly lifetimes: Lifetimes & { readonly realAnswers: number }
  readonly members: readonly MemberReport[]
  /** E-values of whole honest answers of the loosest class. */
  readonly honestDeciles: Deciles
  readonly byClass: readonly ClassReport[]
  readonly nullProofs: readonly NullProof[]
  readonly costs: readonly Costs[]
}
