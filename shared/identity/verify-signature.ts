import { sr25519Verify } from '@polkadot/wasm-crypto'

/**
 * Says whether `signature` (64 bytes) over `message` was made by the sr25519 key `publicKey` (32 bytes).
 * Whatever a stranger sends is an answer of false, never a throw. Needs waitForCrypto() first.
 */
export function verifySr25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  // The zero key is the curve's neutral element: anyone can make signatures that hold for it.
  if (publicKey.every(byte => byte === 0)) return false
  try {
    return sr25519Verify(signature, message, publicKey)
  } catch {
    return false
  }
}
