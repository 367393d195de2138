/** A hotkey's TLS key as the chain stores it; the chain gives no meaning to `algorithm`. */
export interface NeuronCertificate {
  readonly algorithm: number
  /** At most 64 bytes, as hex without 0x. */
  readonly publicHex: string
}

/** ed25519 in the TLS registry of signature algorithms (RFC 8422), the one that Assay commits to. */
export const ed25519Algorithm = 7

/** The ed25519 key of a certificate, 64 hex digits; null where there is none, or one of another algorithm. */
export function pinnedKeyOf(certificate: NeuronCertificate | undefined): string | null {
  return certificate?.algorithm === ed25519Algorithm && certificate.publicHex.length === 64 ? certificate.publicHex : null
}
