import type { AuditReason } from '../../shared/protocol/audit-reason.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import { unpackTokenIds } from '../../shared/protocol/pack-numbers.ts'
import { classOfOffer, referenceManifest } from '../../shared/subnet/find-class.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { Arrival, Exchange } from '../query/exchange.ts'
import { answerOfPrefix } from './answer-of-prefix.ts'
import type { Answer, ModelFacts, OpenedAnswer, ReceivedAnswer, ScoredAnswer } from './checks/answer.ts'
import { checkAfterEos } from './checks/check-after-eos.ts'
import { checkAfterStop } from './checks/check-after-stop.ts'
import { checkBytes } from './checks/check-bytes.ts'
import { checkEndEarly, checkEndSuppressed } from './checks/check-end.ts'
import { checkFingerprint } from './checks/check-fingerprint.ts'
import { checkFinish } from './checks/check-finish.ts'
import { checkIdentity } from './checks/check-identity.ts'
import { checkImpossibleToken } from './checks/check-impossible-token.ts'
import { checkInTime } from './checks/check-in-time.ts'
import { checkLikelihood, likelihoodZ } from './checks/check-likelihood.ts'
import { checkLogProbDrift } from './checks/check-log-prob-drift.ts'
import { checkLogProbs } from './checks/check-log-probs.ts'
import { checkManifest } from './checks/check-manifest.ts'
import { checkOffer, checkOfferTwice } from './checks/check-offer.ts'
import { checkOpening, checkOpeningGiven } from './checks/check-opening.ts'
import { checkPrefix } from './checks/check-prefix.ts'
import { checkRequest } from './checks/check-request.ts'
import { checkSequence } from './checks/check-sequence.ts'
import { checkSignature } from './checks/check-signature.ts'
import { checkText } from './checks/check-text.ts'
import { checkTimes } from './checks/check-times.ts'
import { checkTokens } from './checks/check-tokens.ts'
import { checkTopLoc, checkTopLocDistance } from './checks/check-toploc.ts'
import { usableStatistics } from './checks/usable-statistics.ts'
import { eValueOfAnswer } from './evidence/e-value-of-answer.ts'
import { meanClippedMargin } from './evidence/margin-e-value.ts'
import { streamName } from './evidence/stream-name.ts'
import { evidenceOfParts } from './evidence/suspend-checks.ts'
import { proofFigures, withoutOpening } from './proof-figures.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'
import type { Evidence, Finding, Verdict } from './verdict.ts'

export interface JudgeInput {
  readonly exchange: Exchange
  /** Address of the validator's hotkey. */
  readonly validator: string
  readonly netuid: number
  readonly model: ModelFacts
  /** The model's part of the subnet file. */
  readonly terms: SubnetModel
  /** Drawn for audit; and the share of receipts that are. */
  readonly audited: boolean
  readonly auditRate: number
  readonly auditReason: AuditReason
  /** Block of the commitment to the secret that drew it; null where there was none in time. */
  readonly commitmentBlock: number | null
  /** Of the reference run of `scoreRequestOf(exchange)`; null where none was made. */
  readonly statistics: ReferenceStatistics | null
  /** What came back where the miner was asked to open its commitment; null or left out where it was not. */
  readonly opened?: OpeningRecord | null
  /** The canary held: the reference is the model of the manifest. Where not, only what needs it is void. */
  readonly referenceReady: boolean
  /** Digest of another receipt with the same number from this miner for this validator; null where there is none. */
  readonly earlierReceiptDigest: string | null
}

/** What a stranger on the wire could have made: a miss. Cheap ones first. */
const wireChecks: readonly ((answer: ReceivedAnswer) => Finding)[] = [checkIdentity, checkInTime, checkBytes, checkSignature]
/** What the miner's own signature states. */
const receiptChecks: readonly ((answer: ReceivedAnswer) => Finding)[] = [
  checkManifest,
  checkRequest,
  checkTimes,
  checkSequence,
  checkOfferTwice,
  checkTokens,
]
const answerChecks: readonly ((answer: Answer) => Finding)[] = [checkAfterEos, checkAfterStop, checkFinish, checkLogProbs, checkText]
/** The same of a stream that was cut off: what a partial receipt states. */
const prefixWireChecks: typeof wireChecks = [checkIdentity, checkInTime, checkPrefix]
const prefixReceiptChecks: typeof receiptChecks = [checkManifest, checkRequest, checkTimes, checkOfferTwice, checkTokens]
const prefixAnswerChecks: typeof answerChecks = [checkAfterEos]
/** What an opening says against its own receipt. */
const openingChecks: readonly ((answer: OpenedAnswer) => Finding)[] = [checkOpening, checkTopLoc]
/** What the reference's logits and rows say. */
const modelChecks: readonly ((answer: ScoredAnswer) => Finding)[] = [
  checkImpossibleToken,
  checkLikelihood,
  checkEndSuppressed,
  checkEndEarly,
  checkFingerprint,
  checkTopLocDistance,
  checkLogProbDrift,
]

/** Judges as far as no reference run is needed; void with VERIFY_INTERNAL where judging itself fails. Null means that the answer was drawn for audit and that only the model's logits can decide. */
export function judgeReceipt(input: Omit<JudgeInput, 'statistics'>): Verdict | null {
  return guarded(input, () => readReceipt(input))
}

/** All checks in order of cost; pure, so that a stored answer with its stored statistics gets the same verdict anywhere. Void with VERIFY_INTERNAL where judging itself fails. */
export function judge(input: JudgeInput): Verdict {
  return guarded(input, () => readReceipt(input) ?? readModel(input))
}

/** A check by its name, and what it found. */
export interface NamedFinding {
  readonly check: string
  readonly finding: Finding
}

/** What every check that applies finds on its own, also behind one that failed, as far as the answer can be read; for people. The verdict is the business of `judge`. */
export function listFindings(input: JudgeInput): NamedFinding[] {
  const { arrival } = input.exchange
  if (arrival.kind === 'none') return []
  const isPrefix = arrival.kind === 'partial'
  const received: ReceivedAnswer = { ...input, arrival: isPrefix ? answerOfPrefix(arrival) : arrival }
  const run = <T>(checks: readonly ((value: T) => Finding)[], value: T) =>
    checks.map(check => ({ check: check.name.replace(/^check/, ''), finding: tried(() => check(value)) }))
  const receipt = [
    ...run(isPrefix ? prefixWireChecks : wireChecks, received),
    ...run(isPrefix ? prefixReceiptChecks : receiptChecks, received),
    ...run([checkOffer], received),
  ]
  // Malformed token ids can be read by nobody.
  if (checkTokens(received).result === 'fail') return receipt
  const answer: Answer = { ...received, tokenIds: unpackTokenIds(received.arrival.receipt.tokenIds) }
  const opened = openedOf(input, answer)
  const read = [
    ...receipt,
    ...run(isPrefix ? prefixAnswerChecks : answerChecks, answer),
    ...(opened === null ? [] : run([checkOpeningGiven, ...openingChecks], opened)),
  ]
  const shown = input.statistics && opened !== null && lostOf(opened) !== null ? withoutOpening(input.statistics) : input.statistics
  const usable = shown && usableStatistics(shown, answer.tokenIds.length, input.terms.marginClip)
  return usable !== null && 'statistics' in usable ? [...read, ...run(modelChecks, { ...answer, statistics: usable.statistics })] : read
}

// An answer that upsets the checks is a mistake of ours: it must not hold up all the others.
function guarded<T>(input: Omit<JudgeInput, 'statistics'>, read: () => T): T | Verdict {
  try {
    return read()
  } catch (error) {
    const problem = wellFormed(error instanceof Error ? error.message : String(error))
    return build(input, { kind: 'void', code: 'VERIFY_INTERNAL', evidence: { problem } })
  }
}

function tried(check: () => Finding): Finding {
  try {
    return check()
  } catch (error) {
    const problem = wellFormed(error instanceof Error ? error.message : String(error))
    return { result: 'inconclusive', code: 'VERIFY_INTERNAL', evidence: { problem } }
  }
}

/** The canary failed: whatever only the reference can tell is void. What a miner signed against itself needs no reference. */
const unready = { kind: 'void', code: 'VERIFY_CANARY', evidence: {} } as const

function readReceipt(input: Omit<JudgeInput, 'statistics'>): Verdict | null {
  const { exchange, model, referenceReady, audited, terms } = input
  const { arrival, ask } = exchange
  if (arrival.kind === 'none' && arrival.ours)
    return build(input, { kind: 'void', code: arrival.reason, evidence: { detail: wellFormed(arrival.detail) } })
  if (model.manifestDigest !== referenceManifest(terms, ask.assay.manifestDigest))
    return build(input, { kind: 'void', code: 'VERIFY_REFERENCE', evidence: { problem: `it runs manifest ${model.manifestDigest}` } })
  if (arrival.kind === 'none') return build(input, { kind: 'miss', code: arrival.reason, evidence: { detail: wellFormed(arrival.detail) } })

  const cut = cutOf(arrival)
  const received: ReceivedAnswer = { ...input, arrival: arrival.kind === 'partial' ? answerOfPrefix(arrival) : arrival }
  const missed = firstFailure(cut === null ? wireChecks : prefixWireChecks, received)
  if (missed !== null) return build(input, { kind: 'miss', ...(cut ?? missed) })
  const answer = failureOrAnswer(received, cut !== null)
  if ('code' in answer) return build(input, { kind: 'fail', ...answer })
  if (audited) {
    const opened = openedOf(input, answer)
    // Only what the miner signed can contradict its receipt; what is missing is a miss, and the tokens are judged all the same.
    const contradicted = opened === null || lostOf(opened) !== null ? null : firstFailure(openingChecks, opened)
    if (contradicted !== null) return build(input, { kind: 'fail', ...contradicted })
    return referenceReady ? null : build(input, unready)
  }
  const evidence = { tokens: answer.tokenIds.length }
  const unpaid = cut ?? firstFailure([checkOffer], received)
  if (unpaid !== null) return build(input, { kind: 'miss', code: unpaid.code, evidence: { ...evidence, ...unpaid.evidence } })
  // It would be paid because others like it are audited, and now none is.
  if (!referenceReady) return build(input, unready)
  return build(input, { kind: 'unaudited', code: null, evidence }, workOf(answer))
}

function readModel(input: JudgeInput): Verdict {
  const { exchange, terms, statistics } = input
  const { arrival, ask } = exchange
  if (arrival.kind === 'none') return voidFor(input, 'no answer')
  if (statistics === null) return voidFor(input, 'no statistics')
  const read = arrival.kind === 'partial' ? answerOfPrefix(arrival) : arrival
  const answer: Answer = { ...input, arrival: read, tokenIds: unpackTokenIds(read.receipt.tokenIds) }
  const opened = openedOf(input, answer)
  const lost = opened && lostOf(opened)
  const unpaid = cutOf(arrival) ?? firstFailure([checkOffer], answer) ?? lost
  // What came unsigned anybody could have made: it says nothing about the miner.
  const usable = usableStatistics(lost === null ? statistics : withoutOpening(statistics), answer.tokenIds.length, terms.marginClip)
  if ('problem' in usable) return voidFor(input, usable.problem)

  const scored: ScoredAnswer = { ...answer, statistics: usable.statistics }
  const margin = meanClippedMargin(usable.statistics.margins, terms.marginClip)
  const { eValue, parts } = eValueOfAnswer(scored)
  const measured = {
    eValue,
    stream: streamName('synthetic', ask.model, ask.temperature),
  }
  const figures = {
    ...{ tokens: answer.tokenIds.length, margin, likelihoodZ: ask.temperature === 0 ? null : likelihoodZ(usable.statistics) },
    ...proofFigures(scored),
    ...evidenceOfParts(parts),
  }
  const findings = modelChecks.map(check => check(scored))
  const failed = findings.find(finding => finding.result === 'fail')
  if (failed !== undefined)
    return build(input, { kind: 'fail', code: failed.code, evidence: { ...figures, ...failed.evidence } }, 0, measured)
  const notes = findings.flatMap(finding => (finding.result === 'inconclusive' ? [finding] : []))
  const evidence = Object.assign({}, figures, ...notes.map(note => note.evidence), { notes: notes.map(note => note.code).join(' ') })
  // Cut off by the miner, under another offer, or not opened: nothing is earned, and what was signed counts as evidence like every other answer.
  if (unpaid !== null) return build(input, { kind: 'miss', code: unpaid.code, evidence: { ...evidence, ...unpaid.evidence } }, 0, measured)
  return build(input, { kind: 'pass', code: null, evidence }, workOf(answer), measured)
}

/** Why a stream ended early; null for what came whole. */
function cutOf(arrival: Exclude<Arrival, { kind: 'none' }>): { readonly code: string; readonly evidence: Evidence } | null {
  return arrival.kind === 'answer' ? null : { code: arrival.reason, evidence: { detail: wellFormed(arrival.detail) } }
}

/** The answer with its opening; null where none was asked for, or where it was lost through us: its checks are then left out. */
function openedOf({ opened }: Pick<JudgeInput, 'opened'>, answer: Answer): OpenedAnswer | null {
  if (opened === undefined || opened === null || answer.arrival.receipt.hiddenRoot === null) return null
  return opened.arrival.kind === 'none' && opened.arrival.ours ? null : { ...answer, opened }
}

/** Why there is no opening that the miner can be held to; null where there is one. */
function lostOf(opened: OpenedAnswer): { readonly code: string; readonly evidence: Evidence } | null {
  return firstFailure([checkOpeningGiven], opened)
}

// A detail may quote what a miner sent; evidence must have a canonical form.
function wellFormed(text: string): string {
  return text.slice(0, 300).replace(/\p{Surrogate}/gu, '\ufffd')
}

function firstFailure<T>(checks: readonly ((input: T) => Finding)[], input: T): { code: string; evidence: Evidence } | null {
  for (const check of checks) {
    const finding = check(input)
    if (finding.result === 'fail') return { code: finding.code, evidence: finding.evidence }
  }
  return null
}

function failureOrAnswer(received: ReceivedAnswer, isPrefix: boolean): Answer | { code: string; evidence: Evidence } {
  const failed = firstFailure(isPrefix ? prefixReceiptChecks : receiptChecks, received)
  if (failed !== null) return failed
  const answer: Answer = { ...received, tokenIds: unpackTokenIds(received.arrival.receipt.tokenIds) }
  return firstFailure(isPrefix ? prefixAnswerChecks : answerChecks, answer) ?? answer
}

/** Work that the answer is paid for: at the factor of the miner's class, greedy work at its own too; work that is legal for every hotkey proves no capacity and earns none. */
function workOf({ exchange, terms, tokenIds }: Answer): number {
  const { ask, promptIds } = exchange
  if (ask.assay.scope === 'request') return 0
  const held = classOfOffer(terms, exchange.offers?.[0])
  const factor = (ask.temperature === 0 ? (terms.greedyPayFactor ?? 0) : 1) * (held?.payFactor ?? 0)
  return factor * (promptIds.length * terms.work.promptToken + tokenIds.length * terms.work.outputToken)
}

function voidFor(input: Omit<JudgeInput, 'statistics'>, problem: string): Verdict {
  return build(input, { kind: 'void', code: 'VERIFY_REFERENCE', evidence: { problem } })
}

function build(
  { exchange, auditRate, auditReason, commitmentBlock }: Omit<JudgeInput, 'statistics'>,
  decided: Pick<Verdict, 'kind' | 'code' | 'evidence'>,
  work = 0,
  measured: Pick<Verdict, 'eValue' | 'stream'> = { eValue: null, stream: null },
): Verdict {
  const { ask, miner, askedWork } = exchange
  const { requestId } = ask.assay
  return { requestId, minerKey: minerKey(miner), ...decided, ...measured, work, askedWork, auditRate, auditReason, commitmentBlock }
}
