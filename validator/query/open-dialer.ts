import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Agent, buildConnector, type Dispatcher, Pool } from 'undici'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { peerTlsKey } from '../../shared/identity/peer-tls-key.ts'
import type { TlsKey } from '../../shared/identity/tls-key.ts'
import { isPublicAddress } from './dial-filter.ts'
import { keyOfOrigin } from './origin-of.ts'

export interface DialOptions {
  /** Dial private and loopback addresses too; for local worlds only. */
  readonly allowPrivate: boolean
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  /** Longest silence between two pieces of a body. */
  readonly idleTimeoutMs: number
  readonly connectionsPerMiner: number
  /** What we show to miners that speak TLS. */
  readonly tls?: TlsKey
  /** Opens the socket; replaced in tests of the filter. */
  readonly connect?: buildConnector.connector
}

/**
 * Opens the one dispatcher that reaches miners: keep-alive, no pipelining, and the filter on every connection it makes. At an https origin
 * the key that it names must answer, over TLS 1.3; authorities, names and dates of certificates are not looked at.
 */
export function openDialer(options: DialOptions): Dispatcher {
  const { tls } = options
  const connect =
    options.connect ??
    buildConnector({
      timeout: options.connectTimeoutMs,
      minVersion: 'TLSv1.3',
      // The key is compared below, for every connection anew.
      rejectUnauthorized: false,
      maxCachedSessions: 0,
      ...(tls && { cert: tls.certPem, key: tls.keyPem }),
    })
  const refuse = (address: string) => new AssayError('VALIDATOR_ADDRESS', { address })
  const dial =
    (key: string | null): buildConnector.connector =>
    (target, callback) => {
      const host = target.hostname.replace(/^\[|\]$/g, '')
      // Names are never resolved: the chain holds addresses, and a name could change between the check and the dial.
      if (isIP(host) === 0 || (!options.allowPrivate && !isPublicAddress(host))) return callback(refuse(host), null)
      connect(target, (...result) => {
        const [error, socket] = result
        if (error !== null) return callback(error, null)
        const connected = socket.remoteAddress
        const filtered = !options.allowPrivate && (connected === undefined || !isPublicAddress(connected))
        const stranger = key !== null && !(socket instanceof TLSSocket && peerTlsKey(socket) === key)
        if (!filtered && !stranger) return callback(null, socket)
        socket.destroy()
        callback(filtered ? refuse(connected ?? host) : new AssayError('VALIDATOR_TLS_KEY', { address: host }), null)
      })
    }
  return new Agent({
    connections: options.connectionsPerMiner,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    maxHeaderSize: 16_384,
    factory: (origin, settings) => new Pool(origin, { ...settings, connect: dial(keyOfOrigin(origin)) }),
  })
}
