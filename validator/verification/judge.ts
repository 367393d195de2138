import type { ScoreStatistics } from '../../shared/engine/engine-port.ts'
import { unpackTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { Exchange } from '../query/exchange.ts'
import type { Answer, ModelFacts, ReceivedAnswer, ScoredAnswer } from './checks/answer.ts'
import { checkAfterEos } from './checks/check-after-eos.ts'
import { checkBytes } from './checks/check-bytes.ts'
import { checkEndEarly, checkEndSuppressed } from './checks/check-end.ts'
import { checkFinish } from './checks/check-finish.ts'
import { checkIdentity } from './checks/check-identity.ts'
import { checkImpossibleToken } from './checks/check-impossible-token.ts'
import { checkInTime } from './checks/check-in-time.ts'
import { checkLikelihood, likelihoodZ } from './checks/check-likelihood.ts'
import { checkLogProbs } from './checks/check-log-probs.ts'
import { checkManifest } from './checks/check-manifest.ts'
import { checkRequest } from './checks/check-request.ts'
import { checkSequence } from './checks/check-sequence.ts'
import { checkSignature } from './checks/check-signature.ts'
import { checkText } from './checks/check-text.ts'
import { checkTimes } from './checks/check-times.ts'
import { checkTokens } from './checks/check-tokens.ts'
import { usableStatistics } from './checks/usable-statistics.ts'
import { marginEValue, meanClippedMargin } from './evidence/margin-e-value.ts'
import { streamName } from './evidence/stream-name.ts'
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
  /** Of the reference run of `scoreRequestOf(exchange)`; null where none was made. */
  readonly statistics: ScoreStatistics | null
  /** The canary held: the reference is the model of the manifest. */
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
  checkTokens,
]
const answerChecks: readonly ((answer: Answer) => Finding)[] = [checkAfterEos, checkFinish, checkLogProbs, checkText]
/** What the reference's logits say. */
const modelChecks: readonly ((answer: ScoredAnswer) => Finding)[] = [
  checkImpossibleToken,
  checkLikelihood,
  checkEndSuppressed,
  checkEndEarly,
]

/** Judges as far as no reference run is needed; null means that the answer was drawn for audit and that only the model's logits can decide. */
export function judgeReceipt(input: Omit<JudgeInput, 'statistics'>): Verdict | null {
  const { exchange, model, referenceReady, audited } = input
  const { arrival, ask } = exchange
  if (arrival.kind === 'none' && arrival.ours)
    return build(input, { kind: 'void', code: arrival.reason, evidence: { detail: wellFormed(arrival.detail) } })
  if (!referenceReady) return build(input, { kind: 'void', code: 'VERIFY_CANARY', evidence: {} })
  if (model.manifestDigest !== ask.assay.manifestDigest)
    return build(input, { kind: 'void', code: 'VERIFY_REFERENCE', evidence: { problem: `it runs manifest ${model.manifestDigest}` } })
  if (arrival.kind === 'none') return build(input, { kind: 'miss', code: arrival.reason, evidence: { detail: wellFormed(arrival.detail) } })

  const received: ReceivedAnswer = { ...input, arrival }
  const missed = firstFailure(wireChecks, received)
  if (missed !== null) return build(input, { kind: 'miss', ...missed })
  const answer = failureOrAnswer(received)
  if ('code' in answer) return build(input, { kind: 'fail', ...answer })
  return audited ? null : build(input, { kind: 'unaudited', code: null, evidence: { tokens: answer.tokenIds.length } }, workOf(answer))
}

/** All checks in order of cost; pure, so that a stored answer with its stored statistics gets the same verdict anywhere. */
export function judge(input: JudgeInput): Verdict {
  const early = judgeReceipt(input)
  const { exchange, terms, statistics } = input
  const { arrival, ask } = exchange
  if (early !== null || arrival.kind === 'none') return early ?? voidFor(input, 'no answer')
  if (statistics === null) return voidFor(input, 'no statistics')
  const answer: Answer = { ...input, arrival, tokenIds: unpackTokenIds(arrival.receipt.tokenIds) }
  const usable = usableStatistics(statistics, answer.tokenIds.length, terms.marginClip)
  if ('problem' in usable) return voidFor(input, usable.problem)

  const scored: ScoredAnswer = { ...answer, statistics: usable.statistics }
  const margin = meanClippedMargin(usable.statistics.margins, terms.marginClip)
  const measured = {
    eValue: marginEValue(margin, terms),
    stream: streamName('synthetic', ask.model, ask.temperature),
  }
  const figures = { tokens: answer.tokenIds.length, margin, likelihoodZ: ask.temperature === 0 ? null : likelihoodZ(usable.statistics) }
  const findings = modelChecks.map(check => check(scored))
  const failed = findings.find(finding => finding.result === 'fail')
  if (failed !== undefined)
    return build(input, { kind: 'fail', code: failed.code, evidence: { ...figures, ...failed.evidence } }, 0, measured)
  const notes = findings.flatMap(finding => (finding.result === 'inconclusive' ? [finding] : []))
  const evidence = Object.assign({}, figures, ...notes.map(note => note.evidence), { notes: notes.map(note => note.code).join(' ') })
  return build(input, { kind: 'pass', code: null, evidence }, workOf(answer), measured)
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

function failureOrAnswer(received: ReceivedAnswer): Answer | { code: string; evidence: Evidence } {
  const failed = firstFailure(receiptChecks, received)
  if (failed !== null) return failed
  const answer: Answer = { ...received, tokenIds: unpackTokenIds(received.arrival.receipt.tokenIds) }
  return firstFailure(answerChecks, answer) ?? answer
}

/** Work that the answer is paid for: greedy work at its factor; work that is legal for every hotkey proves no capacity and earns none. */
function workOf({ exchange, terms, tokenIds }: Answer): number {
  const { ask, promptIds } = exchange
  if (ask.assay.scope === 'request') return 0
  const factor = ask.temperature === 0 ? (terms.greedyPayFactor ?? 0) : 1
  return factor * (promptIds.length * terms.work.promptToken + tokenIds.length * terms.work.outputToken)
}

function voidFor(input: Omit<JudgeInput, 'statistics'>, problem: string): Verdict {
  return build(input, { kind: 'void', code: 'VERIFY_REFERENCE', evidence: { problem } })
}

function build(
  { exchange, auditRate }: Omit<JudgeInput, 'statistics'>,
  decided: Pick<Verdict, 'kind' | 'code' | 'evidence'>,
  work = 0,
  measured: Pick<Verdict, 'eValue' | 'stream'> = { eValue: null, stream: null },
): Verdict {
  const { ask, miner, askedWork } = exchange
  return { requestId: ask.assay.requestId, minerKey: minerKey(miner), ...decided, ...measured, work, askedWork, auditRate }
}
