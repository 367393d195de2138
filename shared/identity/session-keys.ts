import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** The two keys of a session, one for each direction. */
export interface SessionKeys {
  readonly toMiner: KeyObject
  readonly toCaller: KeyObject
}

/** HKDF-SHA256 of the agreed secret, salted with the SHA-256 of the transcript: whoever saw another transcript has other keys. */
export function deriveSessionKeys(secret: Uint8Array, transcript: Uint8Array): SessionKeys {
  const salt = createHash('sha256').update(transcript).digest()
  const derive = (direction: string) => createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, `assay/session/1 ${direction}`, 32)))
  return { toMiner: derive('to miner'), toCaller: derive('to caller') }
}
