import { createHmac } from 'node:crypto'

/** The validator's audit secret of one epoch: 32 bytes by HMAC-SHA256 from its master secret, so that one epoch's disclosure tells nothing of another's. */
export function epochSecret(master: Uint8Array, netuid: number, epoch: number): Uint8Array {
  return new Uint8Array(createHmac('sha256', master).update(`assay/epoch-secret/1\n${netuid}\n${epoch}`).digest())
}
