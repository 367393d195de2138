import type { ChainPort } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type AuditTerms, auditTerms } from '../audit/audit-rate.ts'
import { type AuditState, emptyAudits } from '../audit/audit-state.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { drawAudit } from '../audit/draw-audit.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { Exchange } from '../query/exchange.ts'
import { readCommitmentBlock } from '../storage/commitment-table.ts'
import type { Store } from '../storage/open-store.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import { readSettlementBefore } from '../storage/settlement-table.ts'
import { readSubnetFile } from '../storage/subnet-table.ts'
import { type OpenerParts, openAnswers } from './open-answers.ts'
import { parseState } from './settle-scores.ts'

/** A round's exchanges with the outcome of the audit draw, and the beacons that drew it. */
export interface AuditedRound {
  readonly round: RoundRecord
  /** Finalised block hashes by height. */
  readonly beacons: Readonly<Record<string, string>>
  /** Block of the commitment to the secret that drew it; null where there was none before the round began. */
  readonly commitmentBlock: number | null
  readonly answers: readonly AuditedExchange[]
}

export interface AuditedExchange {
  readonly exchange: Exchange
  readonly audited: boolean
  /** The rate at which it was drawn or not, and from what that follows. */
  readonly terms: AuditTerms
  /** What came back where its miner was asked to open its commitment. */
  readonly opened?: OpeningRecord
}

/** Draws which answers are verified, and has what their receipts committed to opened. */
export interface Auditor {
  draw(round: RoundRecord, exchanges: readonly Exchange[], signal: AbortSignal): Promise<AuditedRound>
  open(audited: AuditedRound, signal: AbortSignal): Promise<AuditedRound>
}

export interface AuditorParts {
  readonly store: Store
  readonly chain: Pick<ChainPort, 'readBlockHash'>
  readonly master: Uint8Array
  readonly netuid: number
  readonly subnet: SubnetFile
  /** Without it nobody is asked, and stored openings count alone. */
  readonly opener?: OpenerParts
}

/** Builds the auditor. Every beacon must be final by then: throws VALIDATOR_BEACON where the chain lacks one. */
export function buildAuditor({ store, chain, master, netuid, subnet, opener }: AuditorParts): Auditor {
  return {
    open: (audited, signal) => openAnswers(audited, { store, subnet, opener }, signal),
    async draw(round, exchanges, signal) {
      // The round's own version: the owner may have changed the file since it was asked.
      const file = await readSubnetFile(store, round.scoringVersion)
      const beacons: Record<string, string> = {}
      for (const { ask } of exchanges) {
        const height = beaconBlock(ask.assay.deadlineBlock, file)
        if (beacons[height] !== undefined) continue
        const hash = await chain.readBlockHash(height, signal)
        if (hash === null) throw new AssayError('VALIDATOR_BEACON', { height, round: round.number })
        beacons[height] = hash
      }
      const stored = await readSettlementBefore(store, round.number)
      const before = stored === null ? emptyAudits : parseState(stored.state).audits
      const committed = await readCommitmentBlock(store, round.epoch)
      // Whoever commits after the answers could have chosen the secret by them.
      const commitmentBlock = committed !== null && committed < round.startBlock ? committed : null
      return { round, beacons, commitmentBlock, answers: drawAudits({ round, exchanges, beacons, master, netuid, subnet: file, before }) }
    },
  }
}

export interface DrawAuditsInput {
  readonly round: RoundRecord
  readonly exchanges: readonly Exchange[]
  readonly beacons: Readonly<Record<string, string>>
  readonly master: Uint8Array
  readonly netuid: number
  readonly subnet: SubnetFile
  /** As the round before left it. */
  readonly before: AuditState
}

/** The draw itself, from stored values alone. */
export function drawAudits({ round, exchanges, beacons, master, netuid, subnet, before }: DrawAuditsInput): AuditedExchange[] {
  const secret = epochSecret(master, netuid, round.epoch)
  return exchanges.map(exchange => {
    const { ask, arrival, miner } = exchange
    const terms = auditTerms(before.miners[minerKey(miner)], subnet)
    const beaconHash = beacons[beaconBlock(ask.assay.deadlineBlock, subnet)]
    const digest = receiptDigestOf(arrival)
    if (digest === null || beaconHash === undefined) return { exchange, audited: false, terms }
    return { exchange, audited: drawAudit({ secret, beaconHash, receiptDigest: digest, rate: terms.rate }), terms }
  })
}
