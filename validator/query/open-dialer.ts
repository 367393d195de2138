import { isIP, type Socket } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { isPublicAddress } from './dial-filter.ts'

export interface DialOptions {
  /** Dial private and loopback addresses too; for local worlds only. */
  readonly allowPrivate: boolean
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  /** Longest silence between two pieces of a body. */
  readonly idleTimeoutMs: number
  readonly connectionsPerMiner: number
  /** Opens the socket; replaced in tests of the filter. */
  readonly connect?: buildConnector.connector
}

/** Opens the one dispatcher that reaches miners: keep-alive, no pipelining, and the filter on every connection it makes. */
export function openDialer(options: DialOptions): Dispatcher {
  const connect = options.connect ?? buildConnector({ timeout: options.connectTimeoutMs })
  const refuse = (address: string) => new AssayError('VALIDATOR_ADDRESS', { address })
  return new Agent({
    connections: options.connectionsPerMiner,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    maxHeaderSize: 16_384,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '')
      // Names are never resolved: the chain holds addresses, and a name could change between the check and the dial.
      if (isIP(host) === 0 || (!options.allowPrivate && !isPublicAddress(host))) return callback(refuse(host), null)
      connect(target, (...result) => {
        const [error, socket] = result
        if (error !== null) return callback(error, null)
        const connected = connectedAddress(socket)
        if (!options.allowPrivate && (connected === undefined || !isPublicAddress(connected))) {
          socket.destroy()
          return callback(refuse(connected ?? host), null)
        }
        callback(null, socket)
      })
    },
  })
}

function connectedAddress(socket: Socket): string | undefined {
  return socket.remoteAddress
}
