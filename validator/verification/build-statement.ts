import { createHash, createHmac } from 'node:crypto'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import { type OpeningRecord, openingDigest } from '../../shared/protocol/opening.ts'
import type { VerdictStatement } from '../../shared/protocol/verdict-statement.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import type { Exchange } from '../query/exchange.ts'
import type { Verdict } from './verdict.ts'

export interface StatementParts {
  readonly exchange: Exchange
  readonly verdict: Verdict
  /** The packed statistics' canonical JSON; null without a reference run. */
  readonly statistics: string | null
  /** What came back where the miner was asked to open its commitment. */
  readonly opened?: OpeningRecord | null
  readonly drawn: boolean
  readonly round: { readonly number: number; readonly startBlock: number; readonly epoch: number; readonly scoringVersion: string }
  readonly subnet: SubnetFile
  readonly beacons: Readonly<Record<string, string>>
  readonly secret: Uint8Array
  readonly scores: Readonly<Record<string, number>>
  readonly referenceReady: boolean
  readonly earlierReceiptDigest: string | null
  readonly validator: string
  readonly netuid: number
}

/** What the validator signs of one verdict. */
export function buildStatement(parts: StatementParts): VerdictStatement {
  const { exchange, verdict, statistics, subnet, round, secret } = parts
  const { ask, arrival, miner } = exchange
  const digest = receiptDigestOf(arrival)
  const block = beaconBlock(ask.assay.deadlineBlock, subnet)
  const hash = parts.beacons[block]
  const terms = subnet.models.find(({ name }) => name === ask.model)
  const { number, startBlock, epoch, scoringVersion } = round
  return {
    version: 'assay/verdict/1',
    ...{ netuid: parts.netuid, validator: parts.validator, miner: miner.hotkey, round: { number, startBlock, epoch } },
    exchangeDigest: digestJson(withoutAddress(exchange) as unknown as Json),
    receiptDigest: digest,
    statisticsDigest: statistics === null ? null : sha256Hex(statistics),
    ...(parts.opened && { openingDigest: openingDigest(parts.opened) }),
    scoringVersion,
    calibrationDigest: calibrationDigestOf(subnet),
    thresholds: { marginBound: terms?.marginBound ?? 0, marginClip: terms?.marginClip ?? 0 },
    audit: {
      drawn: parts.drawn,
      secretHash: createHash('sha256').update(secret).digest('hex'),
      beacon: digest === null || hash === undefined ? null : { block, hash },
    },
    referenceReady: parts.referenceReady,
    earlierReceiptDigest: parts.earlierReceiptDigest,
    scoresSeal: sealScores(secret, parts.scores),
    verdict: { ...verdict, evidence: { ...verdict.evidence }, auditReason: { ...verdict.auditReason } },
  }
}

/** Digest of the calibration that a subnet file names: of its first model with one; null where there is none. */
export function calibrationDigestOf({ models }: Pick<SubnetFile, 'models'>): string | null {
  return models.find(({ calibration }) => calibration !== undefined)?.calibration?.digest ?? null
}

/** The exchange as others may see it: where the miner was dialled decides nothing. */
export function withoutAddress(exchange: Exchange) {
  const { host: _host, port: _port, ...miner } = exchange.miner
  return { ...exchange, miner }
}

/** HMAC-SHA256 of a round's scores under its epoch's secret, as hex: binding at once, and telling nothing before the secret is disclosed. */
export function sealScores(secret: Uint8Array, scores: Readonly<Record<string, number>>): string {
  return createHmac('sha256', secret)
    .update(`assay/scores/1\n${canonicalJson(scores)}`)
    .digest('hex')
}
