import type { Engine } from '../../shared/engine/engine-port.ts'
import { canonicalJson } from '../../shared/protocol/canonical-json.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { Exchange } from '../query/exchange.ts'
import type { Store } from '../storage/open-store.ts'
import { type Judgement, type ReceiptNumber, readOtherDigest } from '../storage/settlement-table.ts'
import type { ModelFacts } from '../verification/checks/answer.ts'
import { judge, judgeReceipt } from '../verification/judge.ts'
import { measureOpening } from '../verification/measure-opening.ts'
import { packStatistics } from '../verification/pack-statistics.ts'
import type { ReferenceStatistics } from '../verification/reference-statistics.ts'
import { scoreRequestOf } from '../verification/score-request-of.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { AuditedRound } from './auditor.ts'
import type { DuplicateWatch } from './watch-duplicates.ts'

/** A model of the subnet file with the engine that runs its reference. */
export interface Reference {
  readonly terms: SubnetModel
  readonly facts: ModelFacts
  readonly engine: Engine
  /** The canary held. */
  ready(): boolean
}

export interface JudgedRound {
  readonly audited: AuditedRound
  readonly judgements: readonly Judgement[]
  readonly receipts: readonly ReceiptNumber[]
  readonly referenceReady: boolean
  /** Digest of an earlier receipt under the same number, by request id. */
  readonly earlier: Readonly<Record<string, string>>
}

/** Turns answers into verdicts. */
export interface Verifier {
  judge(round: AuditedRound, signal: AbortSignal): Promise<JudgedRound>
}

export interface VerifierParts {
  readonly store: Store
  readonly reference: Reference
  readonly validator: string
  readonly netuid: number
  /** Looks at every judged round; an alarm changes nothing of what was judged. */
  readonly duplicates?: Pick<DuplicateWatch, 'look'>
  /** Deadline of one reference run. */
  readonly timeoutMs: number
  onReference?(seconds: number): void
  /** A reference run failed: its answer is void. */
  onReferenceFailure?(error: unknown): void
  /** After each round, the answers for which judging itself failed, which is a mistake in the checks: they are void, the others are judged. */
  onJudged?(failures: readonly Verdict[]): void
}

/** Builds the verifier: the checks in order of cost, and one prefill for what only the model can tell. */
export function buildVerifier(parts: VerifierParts): Verifier {
  const { store, reference, validator, netuid } = parts
  return {
    async judge(audited, signal) {
      const referenceReady = reference.ready()
      const judgements: Judgement[] = []
      const receipts: ReceiptNumber[] = []
      const earlier: Record<string, string> = {}
      const seen = new Map<string, string>()
      for (const { exchange, audited: drawn, terms, opened = null } of audited.answers) {
        const requestId = exchange.ask.assay.requestId
        const used = numberOf(exchange)
        const name = used === null ? '' : `${used.miner}/${used.sequence}`
        const earlierReceiptDigest =
          used === null ? null : (seen.get(name) ?? (await readOtherDigest(store, used.miner, used.sequence, requestId)))
        if (earlierReceiptDigest !== null) earlier[requestId] = earlierReceiptDigest
        const input = {
          exchange,
          validator,
          netuid,
          model: reference.facts,
          terms: reference.terms,
          audited: drawn,
          auditRate: terms.rate,
          auditReason: terms.reason,
          commitmentBlock: audited.commitmentBlock,
          referenceReady,
          earlierReceiptDigest,
          opened,
        }
        const early = judgeReceipt(input)
        const statistics = early === null ? await score(reference.engine, exchange, opened, signal) : null
        const verdict = early ?? judge({ ...input, statistics })
        judgements.push({ verdict, statistics: statistics === null ? null : canonicalJson(packStatistics(statistics)) })
        // Only a receipt that the miner really signed uses up its number: a stranger could have written any other.
        if (used !== null && (verdict.kind === 'pass' || verdict.kind === 'fail' || verdict.kind === 'unaudited')) {
          if (!seen.has(name)) seen.set(name, used.digest)
          receipts.push({ miner: used.miner, sequence: used.sequence, digest: used.digest, requestId })
        }
      }
      await parts.duplicates?.look({ audited, judgements })
      parts.onJudged?.(judgements.flatMap(({ verdict }) => (verdict.code === 'VERIFY_INTERNAL' ? [verdict] : [])))
      return { audited, judgements, receipts, referenceReady, earlier }
    },
  }

  // One answer that the reference cannot run must not hold up the round: it is void, and the rest are judged.
  async function score(
    engine: Engine,
    exchange: Exchange,
    opened: OpeningRecord | null,
    signal: AbortSignal,
  ): Promise<ReferenceStatistics | null> {
    const started = performance.now()
    try {
      const request = scoreRequestOf(exchange)
      if (request === null) return null
      const wantHidden = opened?.arrival.kind === 'opening' && engine.hiddenSize === opened.hiddenSize
      const { hidden, ...statistics } = await engine.score(
        { ...request, ...(wantHidden && { wantHidden }) },
        abortAfter(parts.timeoutMs, signal),
      )
      parts.onReference?.((performance.now() - started) / 1_000)
      // The rows themselves are not kept: what they say of the opening is.
      return opened === null || hidden === undefined ? statistics : { ...statistics, ...measureOpening(exchange, opened, hidden) }
    } catch (error) {
      signal.throwIfAborted()
      parts.onReferenceFailure?.(error)
      return null
    }
  }
}

/** The number that an answer's receipt takes; null where there is none, or where it has no digest, and so no signature. */
function numberOf({ arrival }: Exchange): Omit<ReceiptNumber, 'requestId'> | null {
  if (arrival.kind !== 'answer') return null
  const { miner, sequence } = arrival.receipt
  try {
    return { miner, sequence, digest: receiptDigest(arrival.receipt) }
  } catch {
    return null
  }
}
