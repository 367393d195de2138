import { constants } from 'node:crypto'
import type { Server } from 'node:http'
import { createServer, type TLSSocket } from 'node:tls'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { peerTlsKey } from '../../shared/identity/peer-tls-key.ts'
import type { TlsKey } from '../../shared/identity/tls-key.ts'
import { type ConnectionLimits, limitConnections } from './limit-connections.ts'

export interface TlsDoorOptions {
  /** Serves what comes through; its own limits and deadlines hold there too. */
  readonly server: Server
  readonly key: TlsKey
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly connections: ConnectionLimits
  /** As of the server. */
  readonly isProven?: (network: string) => boolean
  /** A caller was turned away for its key. */
  onRefusal(): void
}

export interface TlsDoor {
  readonly port: number
  /** The keys of the callers that are let in; connections of others are closed. */
  admit(keys: ReadonlySet<string>): void
  close(): Promise<void>
}

/** A handshake is three messages: whoever takes longer only holds a place. */
const handshakeTimeoutMs = 5_000

/**
 * Listens for TLS 1.3 and hands connections to the HTTP server once the caller has proven an admitted key; until the first `admit` nobody
 * is let in. No certificate authority has a say, and no session is resumed: every connection proves its key. Throws MINER_PORT.
 */
export async function openTlsDoor({ server, key, host, port, connections, isProven, onRefusal }: TlsDoorOptions): Promise<TlsDoor> {
  let admitted: ReadonlySet<string> = new Set()
  const open = new Map<TLSSocket, string>()
  const door = createServer({
    cert: key.certPem,
    key: key.keyPem,
    minVersion: 'TLSv1.3',
    requestCert: true,
    // The key is compared below; authorities are not asked.
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: handshakeTimeoutMs,
  })
  const guard = limitConnections(door, connections, isProven)
  // Node has closed the connection by then, and an alert was sent where TLS has one.
  door.on('tlsClientError', () => {})
  door.on('secureConnection', socket => {
    const caller = peerTlsKey(socket)
    if (caller === null || !admitted.has(caller)) {
      onRefusal()
      socket.destroy()
      return
    }
    open.set(socket, caller)
    guard.hold(socket)
    socket.once('close', () => open.delete(socket))
    server.emit('connection', socket)
  })
  await new Promise<void>((resolve, reject) => {
    door.once('error', cause => reject(new AssayError('MINER_PORT', { host, port, problem: cause.message }, { cause })))
    door.listen({ host, port, backlog: 511 }, resolve)
  })
  const address = door.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    admit(keys) {
      admitted = keys
      for (const [socket, caller] of open) if (!keys.has(caller)) socket.destroy()
    },
    async close() {
      const closed = new Promise<void>(resolve => door.close(() => resolve()))
      for (const socket of open.keys()) socket.destroy()
      await closed
    },
  }
}
