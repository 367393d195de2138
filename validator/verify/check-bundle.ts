import type { ScoreRequest, ScoreResult } from '../../shared/engine/engine-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import type { Bundle } from '../../shared/protocol/bundle.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { explainVerdict } from '../../shared/protocol/explain-verdict.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import { referenceManifest } from '../../shared/subnet/find-class.ts'
import type { Exchange } from '../query/exchange.ts'
import type { ModelFacts } from '../verification/checks/answer.ts'
import { suspendChecks, suspensionOf } from '../verification/evidence/suspend-checks.ts'
import { type JudgeInput, judge, judgeReceipt } from '../verification/judge.ts'
import { measureOpening } from '../verification/measure-opening.ts'
import { unpackStatistics } from '../verification/pack-statistics.ts'
import type { ReferenceStatistics } from '../verification/reference-statistics.ts'
import { scoreRequestOf } from '../verification/score-request-of.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { BundleLine, BundleReport } from './bundle-report.ts'
import { exchangeOf } from './exchange-of.ts'
import { findContradiction } from './find-contradiction.ts'
import { listAnswerLines } from './list-answer-lines.ts'
import { listDrawLines } from './list-draw-lines.ts'
import { listAbsentProofs } from './list-proof-lines.ts'
import { listReferenceLines } from './list-reference-lines.ts'

/** A model with which anybody judges again. */
export interface BundleReference {
  readonly facts: ModelFacts
  promptIdsOf(ask: Ask): readonly number[]
  /** Numbers in a last hidden row; left out where its engine shows none. */
  readonly hiddenSize?: number | undefined
  score(request: ScoreRequest, signal: AbortSignal): Promise<ScoreResult>
}

/**
 * Judges a bundle's answer again, with the validator's own judge and a reference run made here, and compares. Throws VERIFY_BUNDLE where
 * the bundle is not what its validator signed, VERIFY_MODEL where the model is another one. Needs waitForCrypto() first.
 */
export async function checkBundle(bundle: Bundle, file: string, reference: BundleReference, signal: AbortSignal): Promise<BundleReport> {
  const problem = findContradiction(bundle)
  if (problem !== null) throw new AssayError('VERIFY_BUNDLE', { file, problem })
  const { statement } = bundle.verdict
  const signed = statement.verdict
  const exchange = exchangeOf(bundle)
  const { ask } = exchange
  const terms = bundle.subnet.models.find(({ name }) => name === ask.model)
  if (terms === undefined) throw new AssayError('VERIFY_BUNDLE', { file, problem: `its subnet file has no model ${ask.model}` })
  const expected = referenceManifest(terms, ask.assay.manifestDigest)
  if (reference.facts.manifestDigest !== expected)
    throw new AssayError('VERIFY_MODEL', { folder: 'given', found: reference.facts.manifestDigest, expected })

  const opened = bundle.opening ?? null
  const known: Omit<JudgeInput, 'statistics'> = {
    ...{ exchange, terms, validator: statement.validator, netuid: statement.netuid, model: reference.facts },
    ...{
      audited: statement.audit.drawn,
      auditRate: signed.auditRate,
      auditReason: signed.auditReason,
      commitmentBlock: signed.commitmentBlock,
    },
    ...{ referenceReady: statement.referenceReady, earlierReceiptDigest: statement.earlierReceiptDigest, opened },
  }
  // Also where the validator drew no audit: whoever asks wants to know.
  const needsModel = judgeReceipt({ ...known, audited: true, referenceReady: true }) === null
  const request = needsModel ? scoreRequestOf(exchange) : null
  const own = request === null ? null : await scoreOpened(request, exchange, opened, reference, signal)
  // Where the validator had no reference run, its verdict must follow without one.
  const reached = asCounted(bundle, judge({ ...known, statistics: statement.statisticsDigest === null ? null : own }))

  const lines: BundleLine[] = [
    lineOf('VerdictSignature', true, 'the validator signed this verdict on this exchange'),
    ...listDrawLines(bundle),
    lineOf('Prompt', sameIds(reference.promptIdsOf(ask), exchange.promptIds), 'the prompt ids are those of the request'),
    ...listAnswerLines({ ...known, statistics: own }),
    ...listAbsentProofs(known, bundle.subnet),
    ...statisticsLines(bundle, known),
    ...rowLines(opened, reference.hiddenSize),
    ...listReferenceLines({ signed, reached, terms, showsRows: reference.hiddenSize !== undefined }),
    ...suspensionLines(bundle),
    lineOf('Verdict', reached.kind === signed.kind && reached.code === signed.code, `judged here: ${nameOf(reached)}`),
    lineOf('Work', reached.work === signed.work && reached.askedWork === signed.askedWork, `work counted here: ${reached.work}`),
    bundle.scores === null
      ? absent('Scores', 'the scores of the round')
      : lineOf('Scores', true, `${bundle.scores[signed.minerKey] ?? 0} for this miner, as sealed when the round was settled`),
  ]
  return {
    ...{ requestId: signed.requestId, miner: statement.miner, validator: statement.validator, receiptDigest: statement.receiptDigest },
    signed: { kind: signed.kind, code: signed.code, sentence: explainVerdict(signed) },
    reached: { kind: reached.kind, code: reached.code, sentence: explainVerdict({ ...reached, evidence: { ...reached.evidence } }) },
    same: lines.every(({ against, finding }) => against === 'miner' || finding !== 'fail'),
    lines,
    absent: lines.flatMap(({ finding, check, note }) => (finding === 'absent' ? [`${note}: ${check} is left out`] : [])),
  }
}

/** The reference run made here, and what its rows say of the opening. */
async function scoreOpened(
  request: ScoreRequest,
  exchange: Exchange,
  opened: OpeningRecord | null,
  reference: BundleReference,
  signal: AbortSignal,
): Promise<ReferenceStatistics> {
  const wantHidden = opened?.arrival.kind === 'opening' && reference.hiddenSize === opened.hiddenSize
  const { hidden, ...statistics } = await reference.score({ ...request, ...(wantHidden && { wantHidden }) }, signal)
  return opened === null || hidden === undefined ? statistics : { ...statistics, ...measureOpening(exchange, opened, hidden) }
}

/** A verdict reached here, with the checks left out that the signed one says were suspended. */
function asCounted({ verdict, subnet }: Bundle, reached: Verdict): Verdict {
  const suspension = suspensionOf(verdict.statement.verdict.evidence)
  return suspension === null ? reached : suspendChecks(reached, suspension, subnet)
}

/** Whom its validator believes is the validator's own choice: it is told, and whoever doubts it asks for that miner's verdicts. */
function suspensionLines({ verdict }: Bundle): BundleLine[] {
  const suspension = suspensionOf(verdict.statement.verdict.evidence)
  if (suspension === null) return []
  const note = `counted as 1 in this round, by the word of the control miner ${suspension.control}: ${suspension.checks.join(', ')}`
  return [{ ...lineOf('Suspended', true, note), value: suspension.checks.length }]
}

/** From the validator's own statistics its verdict must follow to the last bit. */
function statisticsLines(bundle: Bundle, known: Omit<JudgeInput, 'statistics'>): BundleLine[] {
  const { statement } = bundle.verdict
  if (statement.statisticsDigest === null) return []
  if (bundle.statistics === null) return [absent('StoredStatistics', "the validator's reference run")]
  const again = asCounted(bundle, judge({ ...known, statistics: unpackStatistics(bundle.statistics) }))
  const same = canonicalJson(again as unknown as Json) === canonicalJson(statement.verdict as unknown as Json)
  return [lineOf('StoredStatistics', same, "the signed verdict follows from the validator's own reference run")]
}

/** How many numbers a row has is the model's, and nothing that a validator could choose: rows of another size would stay unmeasured. */
function rowLines(opened: OpeningRecord | null, hiddenSize: number | undefined): BundleLine[] {
  if (opened === null || hiddenSize === undefined || opened.hiddenSize === hiddenSize) return []
  const note = `the validator had rows of ${opened.hiddenSize} numbers opened, and this model's have ${hiddenSize}`
  return [{ ...lineOf('HiddenSize', false, note), value: opened.hiddenSize, threshold: hiddenSize }]
}

function lineOf(check: string, holds: boolean, note: string): BundleLine {
  return { check, against: 'validator', value: null, threshold: null, finding: holds ? 'pass' : 'fail', note }
}

function absent(check: string, note: string): BundleLine {
  return { check, against: 'validator', value: null, threshold: null, finding: 'absent', note }
}

function nameOf({ kind, code }: Verdict): string {
  return code === null ? kind : `${kind} ${code}`
}

function sameIds(found: readonly number[], expected: readonly number[]): boolean {
  return found.length === expected.length && found.every((id, index) => id === expected[index])
}
