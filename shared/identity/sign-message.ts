import type { KeyPair } from './key-pair.ts'

/** Signs bytes with a pair's sr25519 key: 64 bytes. Needs waitForCrypto() first. */
export function signSr25519(pair: KeyPair, message: Uint8Array): Uint8Array {
  return pair.sign(message)
}
