import type { Engine } from '../../shared/engine/engine-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { canonicalJson } from '../../shared/protocol/canonical-json.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { readOtherDigest, type Judgement, type ReceiptNumber } from '../storage/settlement-table.ts'
import type { Store } from '../storage/open-store.ts'
import type { ModelFacts } from '../verification/checks/answer.ts'
import { judge, judgeReceipt } from '../verification/judge.ts'
import { packStatistics } from '../verification/pack-statistics.ts'
import { scoreRequestOf } from '../verification/score-request-of.ts'
import type { AuditedRound } from './auditor.ts'

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
  readonly auditRate: number
  onReference?(seconds: number): void
}

/** Builds the verifier: the checks in order of cost, and one prefill for what only the model can tell. */
export function buildVerifier({ store, reference, validator, netuid, auditRate, onReference }: VerifierParts): Verifier {
  return {
    async judge(audited, signal) {
      const referenceReady = reference.ready()
      const judgements: Judgement[] = []
      const receipts: ReceiptNumber[] = []
      const earlier: Record<string, string> = {}
      const seen = new Map<string, string>()
      for (const { exchange, audited: drawn } of audited.answers) {
        const requestId = exchange.ask.assay.requestId
        const used = exchange.arrival.kind === 'none' ? null : { ...exchange.arrival.receipt, digest: receiptDigest(exchange.arrival.receipt) }
        const name = used === null ? '' : `${used.miner}/${used.sequence}`
        const earlierReceiptDigest = used === null ? null : (seen.get(name) ?? (await readOtherDigest(store, used.miner, used.sequence, requestId)))
        if (earlierReceiptDigest !== null) earlier[requestId] = earlierReceiptDigest
        const input = { exchange, validator, netuid, model: reference.facts, terms: reference.terms, audited: drawn, auditRate, referenceReady, earlierReceiptDigest }
        const early = judgeReceipt(input)
        const statistics = early === null ? await score(reference.engine, exchange, signal) : null
        const verdict = early ?? judge({ ...input, statistics })
        judgements.push({ verdict, statistics: statistics === null ? null : canonicalJson(packStatistics(statistics)) })
        // Only a receipt that the miner really signed uses up its number: a stranger could have written any other.
        if (used !== null && (verdict.kind === 'pass' || verdict.kind === 'fail' || verdict.kind === 'unaudited')) {
          if (!seen.has(name)) seen.set(name, used.digest)
          receipts.push({ miner: used.miner, sequence: used.sequence, digest: used.digest, requestId })
        }
      }
      return { audited, judgements, receipts, referenceReady, earlier }
    },
  }

  async function score(engine: Engine, exchange: Parameters<typeof scoreRequestOf>[0], signal: AbortSignal) {
    const request = scoreRequestOf(exchange)
    if (request === null) return null
    const started = performance.now()
    const statistics = await engine.score(request, signal).catch(error => {
      // What would fail again at every try is our reference's fault: void, instead of a round that never settles.
      if (isAssayError(error) && !error.retry) return null
      throw error
    })
    onReference?.((performance.now() - started) / 1_000)
    return statistics
  }
}
