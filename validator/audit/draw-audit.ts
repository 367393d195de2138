import { createHmac } from 'node:crypto'

export interface AuditTicket {
  /** The validator's secret of the epoch, 32 bytes. */
  readonly secret: Uint8Array
  /** Hash of the audit beacon's block, as the chain writes it. */
  readonly beaconHash: string
  readonly receiptDigest: string
  /** Share of the receipts that are audited, 0 to 1. */
  readonly rate: number
}

/**
 * Whether a receipt is audited: HMAC-SHA256(secret, beacon hash, receipt digest) / 2^256 < rate. The miner cannot know the secret,
 * the validator cannot know the beacon before the receipt, so neither chooses.
 */
export function drawAudit(ticket: AuditTicket): boolean {
  return drawnShare(ticket) < ticket.rate
}

/** What is drawn, 0 <= x < 1. */
export function drawnShare({ secret, beaconHash, receiptDigest }: Omit<AuditTicket, 'rate'>): number {
  const drawn = createHmac('sha256', secret).update(`assay/audit/1\n${beaconHash}\n${receiptDigest}`).digest()
  // The first 48 bits decide: exact in a double, and always below 1.
  return drawn.readUIntBE(0, 6) / 2 ** 48
}
