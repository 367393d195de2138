import { certificateBytes, certificateDigest, maxCertificateMs, type SignedCertificate } from '../protocol/certificate.ts'
import { verifyEd25519 } from './ed25519.ts'
import { readSs58OrNull } from './ss58.ts'
import { verifySr25519 } from './verify-signature.ts'

/** Something that a miner signed, with everything that its signature hangs on. */
export interface SignedStatement {
  /** The miner that must have signed it. */
  readonly hotkey: string
  readonly netuid: number
  /** What the statement itself names: null where the hotkey signs. */
  readonly certificateDigest: string | null
  readonly bytes: Uint8Array
  /** 0x and 128 hex digits. */
  readonly signature: string
  readonly certificate: SignedCertificate | null
  /** The statement's own time, on the miner's clock. */
  readonly signedMs: number
  /** When it was received, on the validator's clock. */
  readonly arrivedMs: number
}

/** The two clocks may differ by this much before a certificate counts as run out: a stolen key is of no use for longer, and a wrong clock of ours convicts nobody. */
const clockToleranceMs = 3_600_000

/** Why the signature does not hold, in words; null where it holds. By the hotkey, or by a key that the hotkey certified for that time. Needs waitForCrypto() first. */
export function findSignatureProblem(statement: SignedStatement): string | null {
  const { hotkey, bytes, certificate } = statement
  const signature = Buffer.from(statement.signature.slice(2), 'hex')
  if (statement.certificateDigest === null) {
    const publicKey = readSs58OrNull(hotkey)
    return publicKey !== null && verifySr25519(signature, bytes, publicKey) ? null : "it is not the hotkey's"
  }
  if (certificate === null) return 'the certificate is missing'
  const problem = certificateProblem(certificate, statement)
  if (problem !== null) return problem
  return verifyEd25519(signature, bytes, certificate.certificate.key) ? null : "it is not the certified key's"
}

function certificateProblem({ certificate, signature }: SignedCertificate, statement: SignedStatement): string | null {
  const { hotkey, netuid, notBeforeMs, notAfterMs } = certificate
  const digest = certificateDigest(certificate)
  if (digest !== statement.certificateDigest) return 'another certificate is named'
  if (hotkey !== statement.hotkey) return "the certificate is another hotkey's"
  if (netuid !== statement.netuid) return 'the certificate is for another subnet'
  if (notAfterMs - notBeforeMs > maxCertificateMs) return 'the certificate holds for too long'
  const { signedMs, arrivedMs } = statement
  if (signedMs < notBeforeMs || signedMs > notAfterMs) return 'the certificate does not hold at that time'
  if (arrivedMs < notBeforeMs - clockToleranceMs || arrivedMs > notAfterMs + clockToleranceMs) return 'the certificate has run out'
  return isHotkeys(digest, signature, certificateBytes(certificate), hotkey) ? null : "the certificate is not the hotkey's"
}

/** Certificates found good: one check of them serves all receipts of a day. What is bad is not kept, so that nobody fills this. */
const good = new Map<string, string>()
const maxGood = 4_096

function isHotkeys(digest: string, signature: string, bytes: Uint8Array, hotkey: string): boolean {
  if (good.get(digest) === signature) return true
  const publicKey = readSs58OrNull(hotkey)
  if (publicKey === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), bytes, publicKey)) return false
  if (good.size >= maxGood) good.clear()
  good.set(digest, signature)
  return true
}
