import type { ChainPort } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { drawAudit } from '../audit/draw-audit.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import type { Exchange } from '../query/exchange.ts'
import { readCommitmentBlock } from '../storage/commitment-table.ts'
import type { Store } from '../storage/open-store.ts'
import type { RoundRecord } from '../storage/round-table.ts'

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
}

/** Draws which answers are verified. */
export interface Auditor {
  draw(round: RoundRecord, exchanges: readonly Exchange[], signal: AbortSignal): Promise<AuditedRound>
}

export interface AuditorParts {
  readonly store: Store
  readonly chain: Pick<ChainPort, 'readBlockHash'>
  readonly master: Uint8Array
  readonly netuid: number
  readonly subnet: SubnetFile
}

/** Builds the auditor. Every beacon must be final by then: throws VALIDATOR_BEACON where the chain lacks one. */
export function buildAuditor({ store, chain, master, netuid, subnet }: AuditorParts): Auditor {
  return {
    async draw(round, exchanges, signal) {
      const beacons: Record<string, string> = {}
      for (const { ask } of exchanges) {
        const height = beaconBlock(ask.assay.deadlineBlock, subnet)
        if (beacons[height] !== undefined) continue
        const hash = await chain.readBlockHash(height, signal)
        if (hash === null) throw new AssayError('VALIDATOR_BEACON', { height, round: round.number })
        beacons[height] = hash
      }
      const committed = await readCommitmentBlock(store, round.epoch)
      // Whoever commits after the answers could have chosen the secret by them.
      const commitmentBlock = committed !== null && committed < round.startBlock ? committed : null
      return { round, beacons, commitmentBlock, answers: drawAudits({ round, exchanges, beacons, master, netuid, subnet }) }
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
}

/** The draw itself, from stored values alone. */
export function drawAudits({ round, exchanges, beacons, master, netuid, subnet }: DrawAuditsInput): AuditedExchange[] {
  const secret = epochSecret(master, netuid, round.epoch)
  return exchanges.map(exchange => {
    const { ask, arrival } = exchange
    const beaconHash = beacons[beaconBlock(ask.assay.deadlineBlock, subnet)]
    const digest = receiptDigestOf(arrival)
    if (digest === null || beaconHash === undefined) return { exchange, audited: false }
    return { exchange, audited: drawAudit({ secret, beaconHash, receiptDigest: digest, rate: subnet.audit.rate }) }
  })
}
