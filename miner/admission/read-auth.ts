import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'

/** What a request claims about itself; nothing of it is proven yet. */
export interface ClaimedAuth {
  readonly caller: string
  readonly receiver: string
  readonly timeMs: number
  readonly id: string
  /** 64 bytes. */
  readonly signature: Uint8Array
}

const address = /^5[1-9A-HJ-NP-Za-km-z]{46,47}$/
const shapes = {
  scheme: /^assay-1$/,
  caller: address,
  receiver: address,
  // One spelling for each time: no sign, no leading zero, no fraction, and few enough digits to be exact.
  time: /^[1-9][0-9]{0,14}$/,
  id: /^[0-9a-f]{32}$/,
  signature: /^0x[0-9a-f]{128}$/,
} as const

/** Reads the headers of scheme assay-1 by their shape alone; throws MINER_AUTH_HEADERS with the first header that is wrong. */
export function readAuth(headers: IncomingHttpHeaders): ClaimedAuth {
  read(headers, 'scheme')
  const caller = read(headers, 'caller')
  const receiver = read(headers, 'receiver')
  const timeMs = Number(read(headers, 'time'))
  const id = read(headers, 'id')
  const signature = Buffer.from(read(headers, 'signature').slice(2), 'hex')
  return { caller, receiver, timeMs, id, signature }
}

function read(headers: IncomingHttpHeaders, name: keyof typeof shapes): string {
  // A header sent twice arrives as "a, b", which no shape allows.
  const value = headers[authHeaders[name]]
  if (typeof value !== 'string' || !shapes[name].test(value)) throw new AssayError('MINER_AUTH_HEADERS', { header: authHeaders[name] })
  return value
}
