import type { TLSSocket } from 'node:tls'

/** The ed25519 public key that the other end of a TLS connection has proven to hold, as 64 hex digits; null where it showed none, or another. */
export function peerTlsKey(socket: TLSSocket): string | null {
  try {
    const publicKey = socket.getPeerX509Certificate()?.publicKey
    if (publicKey?.asymmetricKeyType !== 'ed25519') return null
    return publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  } catch {
    // A key that the library cannot even read.
    return null
  }
}
