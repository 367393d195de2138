import { type Static, Type } from 'typebox'
import { canonicalJson } from './canonical-json.ts'
import { digestJson } from './digest-json.ts'
import { Address, Hex32, Netuid, Signature, UnixMs } from './fields.ts'

/** Longest life of a certified key: who steals one can sign no longer. */
export const maxCertificateMs = 24 * 3_600_000

/** A hotkey's statement that an ed25519 key signs its receipts for a while. */
export const Certificate = Type.Object(
  {
    version: Type.Literal('assay/certificate/1'),
    hotkey: Address,
    netuid: Netuid,
    /** The ed25519 public key. */
    key: Hex32,
    notBeforeMs: UnixMs,
    notAfterMs: UnixMs,
  },
  { additionalProperties: false },
)
export type Certificate = Static<typeof Certificate>

/** A certificate with the hotkey's signature over its canonical JSON. */
export const SignedCertificate = Type.Object({ certificate: Certificate, signature: Signature }, { additionalProperties: false })
export type SignedCertificate = Static<typeof SignedCertificate>

/** The bytes that the hotkey signs. */
export function certificateBytes(certificate: Certificate): Uint8Array {
  return new TextEncoder().encode(canonicalJson(certificate))
}

/** The certificate's name in receipts: SHA-256 of its canonical JSON. */
export function certificateDigest(certificate: Certificate): string {
  return digestJson(certificate)
}
