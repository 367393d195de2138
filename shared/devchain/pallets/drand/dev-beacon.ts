import { signRound } from '../../../timelock/sign-round.ts'
import { type BeaconConfiguration, beaconScheme } from './tables.ts'

/**
 * The secret of the development beacon: public, so that a chain on one machine needs no network and anyone can make its pulses. What is
 * timelocked on such a chain is secret from nobody.
 */
export const devBeaconSecret = Uint8Array.from(Buffer.from('assay development beacon, public', 'ascii'))

/** The beacon's public key: the secret times the generator of G2. It is written down because computing it takes as long as a start. */
export const devBeaconPublicKey = Uint8Array.from(
  Buffer.from(
    '9272ccef67b78634cb55df94942df8fa54532a11aed0e2b85e9ad2e586a0b7b06b10b467c6a9b45f440928ed1c1ef22810ef3b4767e27f158fcbc70e7a37997a0861e4b0eac2cdca9e646e7ce93a1d8e7f8433790d4685fd3956783dd551d1dc',
    'hex',
  ),
)

const zeroHash = new Uint8Array(32)

/** What the chain says of the development beacon: a round every `periodSec` seconds from the chain's own genesis on. */
export function devBeaconConfig(genesisSec: number, periodSec: number): BeaconConfiguration {
  return {
    public_key: devBeaconPublicKey,
    period: periodSec,
    genesis_time: genesisSec,
    hash: zeroHash,
    group_hash: zeroHash,
    scheme_id: beaconScheme,
    metadata: { beacon_id: Uint8Array.from(Buffer.from('development', 'ascii')) },
  }
}

const signatures = new Map<bigint, Uint8Array>()
const mostSignatures = 4_096

/** The development beacon's signature of a round. The newest are kept: every chain of a process has the same rounds, and one costs 6 ms. */
export function devBeaconSignature(round: bigint): Uint8Array {
  const known = signatures.get(round)
  if (known !== undefined) return known
  const signature = signRound(devBeaconSecret, round)
  const [oldest] = signatures.keys()
  if (signatures.size >= mostSignatures && oldest !== undefined) signatures.delete(oldest)
  signatures.set(round, signature)
  return signature
}
