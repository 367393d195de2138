import { createHash } from 'node:crypto'

export interface CommitmentContent {
  /** The secret of the coming epoch, 32 bytes: only its hash is published. */
  readonly coming: Uint8Array
  /** The secret of an epoch whose audits are closed; null where there is none to disclose yet. */
  readonly closed: Uint8Array | null
  /** Hex digest. */
  readonly scoringVersion: string
  /** Hex digest; null while the subnet has no calibration. */
  readonly calibrationDigest: string | null
}

const secretLength = 32

/**
 * What a validator publishes once an epoch: field 0 is SHA-256 of the coming epoch's secret and then a closed epoch's secret (zeros
 * where there is none), field 1 the scoring version, field 2 the calibration's digest (left out while there is none).
 */
export function commitmentFields({ coming, closed, scoringVersion, calibrationDigest }: CommitmentContent): readonly Uint8Array[] {
  const first = new Uint8Array(2 * secretLength)
  first.set(secretHash(coming))
  if (closed !== null) first.set(closed, secretLength)
  const digests = calibrationDigest === null ? [scoringVersion] : [scoringVersion, calibrationDigest]
  return [first, ...digests.map(digest => new Uint8Array(Buffer.from(digest, 'hex')))]
}

/** Whether published fields commit to a secret. */
export function commitsTo(fields: ReadonlyArray<Uint8Array | null>, secret: Uint8Array): boolean {
  const [first] = fields
  return first?.length === 2 * secretLength && Buffer.from(first.subarray(0, secretLength)).equals(secretHash(secret))
}

/** The secret that published fields disclose; null where they disclose none. */
export function disclosedSecret(fields: ReadonlyArray<Uint8Array | null>): Uint8Array | null {
  const [first] = fields
  if (first?.length !== 2 * secretLength) return null
  const secret = first.subarray(secretLength)
  return secret.some(byte => byte !== 0) ? secret : null
}

function secretHash(secret: Uint8Array): Uint8Array {
  return createHash('sha256').update(secret).digest()
}
