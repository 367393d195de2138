import { createEd25519Key, type Ed25519Key } from '../../shared/identity/ed25519.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import {
  type Certificate,
  certificateBytes,
  certificateDigest,
  maxCertificateMs,
  type SignedCertificate,
} from '../../shared/protocol/certificate.ts'

/** What signs receipts now: ask for it once for each answer, so that a receipt and its parts name one key. */
export interface ReceiptSeal {
  /** Goes into every receipt that this signs. */
  readonly certificateDigest: string
  /** Goes with every receipt that this signed. */
  readonly certificate: SignedCertificate
  /** 0x and the 64-byte signature in hex. */
  sign(bytes: Uint8Array): string
}

export interface ReceiptSigner {
  current(): ReceiptSeal
}

export interface ReceiptSignerOptions {
  readonly hotkey: Pick<KeyPair, 'hotkey' | 'sign'>
  readonly netuid: number
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** A certificate is dated back by this much: an answer's times may be a little older than its key, and clocks are set back. */
const backMs = 600_000
/** A key is replaced so long before its end that the longest answer still fits. */
const spareMs = 3_600_000

interface Held {
  readonly certificate: Certificate
  readonly seal: ReceiptSeal
}

/** Signs receipts with ed25519 keys that are made here, kept in memory alone and certified by the hotkey for a day at most: the steady state then has no sr25519 in it. */
export function createReceiptSigner({ hotkey, netuid, nowMs }: ReceiptSignerOptions): ReceiptSigner {
  const make = (): Held => {
    const key = createEd25519Key()
    const notBeforeMs = nowMs() - backMs
    const certificate: Certificate = {
      version: 'assay/certificate/1',
      ...{ hotkey: hotkey.hotkey, netuid, key: key.publicHex, notBeforeMs, notAfterMs: notBeforeMs + maxCertificateMs },
    }
    const signature = `0x${Buffer.from(hotkey.sign(certificateBytes(certificate))).toString('hex')}`
    return { certificate, seal: sealOf(key, { certificate, signature }) }
  }
  let held = make()
  return {
    current() {
      const now = nowMs()
      // Also where the clock was set far back: times before the certificate's own would not hold.
      if (now < held.certificate.notBeforeMs || now > held.certificate.notAfterMs - spareMs) held = make()
      return held.seal
    },
  }
}

function sealOf(key: Ed25519Key, certificate: SignedCertificate): ReceiptSeal {
  return {
    certificate,
    certificateDigest: certificateDigest(certificate.certificate),
    sign: bytes => `0x${key.sign(bytes).toString('hex')}`,
  }
}
