import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { epistulaHeaders } from '../../shared/protocol/epistula.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { sessionHeaders, sessionScheme } from '../../shared/protocol/session.ts'

/** Who sent a request to whom, and when, under which one-time id. */
export interface ProvenAuth {
  readonly caller: string
  readonly receiver: string
  readonly timeMs: number
  readonly id: string
}

/** What a signed request claims about itself; nothing of it is proven yet. */
export interface SignedClaim extends ProvenAuth {
  readonly scheme: 'assay-1' | 'epistula-2'
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** What a request inside a session claims. */
export interface SealedClaim {
  readonly scheme: typeof sessionScheme
  readonly sessionId: string
  readonly counter: number
  readonly timeMs: number
}

export type ClaimedAuth = SignedClaim | SealedClaim

// One spelling for each number: no sign, no leading zero, no fraction, and few enough digits to be exact.
const whole = /^(0|[1-9][0-9]{0,14})$/
const address = /^5[1-9A-HJ-NP-Za-km-z]{46,47}$/
const signature = /^0x[0-9a-f]{128}$/
const id = /^[0-9a-f]{32}$/

/**
 * Reads the headers of the scheme in use by their shape alone: `assay-1`, a session, or Epistula 2 where no assay-scheme is named.
 * Throws MINER_AUTH_HEADERS with the first header that is wrong.
 */
export function readAuth(headers: IncomingHttpHeaders): ClaimedAuth {
  const read = (name: string, shape: RegExp): string => {
    // A header sent twice arrives as "a, b", which no shape allows.
    const value = headers[name]
    if (typeof value !== 'string' || !shape.test(value)) throw new AssayError('MINER_AUTH_HEADERS', { header: name })
    return value
  }
  const bytesOf = (hex: string) => Buffer.from(hex.slice(2), 'hex')
  const named = headers[authHeaders.scheme]
  if (named === sessionScheme)
    return {
      scheme: sessionScheme,
      sessionId: read(sessionHeaders.session, id),
      counter: Number(read(sessionHeaders.counter, whole)),
      timeMs: Number(read(authHeaders.time, whole)),
    }
  if (named === undefined && headers[epistulaHeaders.version] !== undefined) {
    read(epistulaHeaders.version, /^2$/)
    return {
      scheme: 'epistula-2',
      caller: read(epistulaHeaders.signedBy, address),
      receiver: read(epistulaHeaders.signedFor, address),
      timeMs: Number(read(epistulaHeaders.timestamp, whole)),
      // As it is spelled: its spelling is in the signed text. Ids of this scheme look like no others.
      id: read(epistulaHeaders.uuid, /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/),
      signature: bytesOf(read(epistulaHeaders.signature, /^0x[0-9a-fA-F]{128}$/)),
    }
  }
  read(authHeaders.scheme, /^assay-1$/)
  return {
    scheme: 'assay-1',
    caller: read(authHeaders.caller, address),
    receiver: read(authHeaders.receiver, address),
    timeMs: Number(read(authHeaders.time, whole)),
    id: read(authHeaders.id, id),
    signature: bytesOf(read(authHeaders.signature, signature)),
  }
}
