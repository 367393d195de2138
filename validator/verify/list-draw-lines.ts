import { explainAuditReason } from '../../shared/protocol/audit-reason.ts'
import type { Bundle } from '../../shared/protocol/bundle.ts'
import { auditTerms } from '../audit/audit-rate.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { drawnShare } from '../audit/draw-audit.ts'
import type { BundleLine } from './bundle-report.ts'

const base = { against: 'validator', value: null, threshold: null, note: '' } as const

/** Was the audit drawn, and not chosen: commitment before the round, the right beacon, the stated rate, and the draw itself. */
export function listDrawLines(bundle: Bundle): BundleLine[] {
  const { subnet, secret, exchange } = bundle
  const { audit, receiptDigest, verdict, round, scoringVersion } = bundle.verdict.statement
  const { beacon, drawn } = audit
  // The rate follows from what the verdict states, and what it states the miner can count in its own verdicts.
  const terms = auditTerms(verdict.auditReason, subnet)
  const rate: BundleLine = {
    ...{ ...base, check: 'AuditRate', value: verdict.auditRate, threshold: terms.rate, note: explainAuditReason(verdict.auditReason) },
    finding: verdict.auditRate === terms.rate && verdict.auditReason.kind === terms.reason.kind ? 'pass' : 'fail',
  }
  if (receiptDigest === null || beacon === null) {
    const finding = drawn ? 'fail' : 'pass'
    return [commitmentLine(), rate, { ...base, check: 'AuditDraw', finding, note: 'nothing signed came, so nothing is drawn' }]
  }
  const height = beaconBlock(exchange.ask.assay.deadlineBlock, subnet)
  const beaconLine: BundleLine = {
    ...{ ...base, check: 'Beacon', value: beacon.block, threshold: height, finding: beacon.block === height ? 'pass' : 'fail' },
    note: `look on chain: block ${beacon.block} has the hash ${beacon.hash}`,
  }
  if (secret === null)
    return [commitmentLine(), rate, beaconLine, { ...base, check: 'AuditDraw', finding: 'absent', note: "the epoch's audit secret" }]
  const value = drawnShare({ secret: Buffer.from(secret, 'hex'), beaconHash: beacon.hash, receiptDigest })
  const draw: BundleLine = {
    ...{ ...base, check: 'AuditDraw', value, threshold: verdict.auditRate },
    finding: value < verdict.auditRate === drawn ? 'pass' : 'fail',
    note: drawn ? 'audited: the draw is below the rate' : 'not audited: the draw is at or above the rate',
  }
  return [commitmentLine(), rate, beaconLine, draw]

  function commitmentLine(): BundleLine {
    const { commitment } = bundle
    if (commitment === null) return { ...base, check: 'Commitment', finding: 'absent', note: "the commitment to the epoch's audit secret" }
    return {
      ...{ ...base, check: 'Commitment', value: commitment.block, threshold: round.startBlock },
      finding: commitment.block < round.startBlock ? 'pass' : 'fail',
      note: `look on chain: field 0 begins with ${commitment.secretHash}, field 1 is ${scoringVersion}`,
    }
  }
}
