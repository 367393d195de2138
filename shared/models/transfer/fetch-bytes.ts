import { type Dispatcher, request } from 'undici'
import { abortAfter } from '../../util/abort-after.ts'
import type { FetchLimits } from './fetch-limits.ts'
import type { RelayFault } from './relay-fault.ts'

export interface ByteRange {
  readonly offset: number
  readonly length: number
  /** Bytes of the whole file. */
  readonly total: number
}

export interface FetchBytesOptions {
  readonly url: string
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
  readonly limits: Pick<FetchLimits, 'headerMs' | 'stallMs' | 'leastBytesPerSecond'>
  /** Told of every piece that arrives. */
  readonly onBytes?: (bytes: number) => void
}

export type FetchedBytes = { readonly bytes: Buffer } | { readonly fault: RelayFault }

/** Asks a relay for a range of a file and takes exactly that many bytes, uncompressed and without a redirect; what the relay does wrong comes back as a fault. Throws only what `signal` was aborted with. */
export async function fetchBytes(range: ByteRange, { url, dispatcher, signal, limits, onBytes }: FetchBytesOptions): Promise<FetchedBytes> {
  const { offset, length, total } = range
  const end = offset + length - 1
  const tooSlow = abortAfter(Math.ceil(limits.stallMs + (1_000 * length) / limits.leastBytesPerSecond), signal)
  let received = 0
  try {
    const response = await request(url, {
      dispatcher,
      signal: tooSlow,
      headersTimeout: limits.headerMs,
      bodyTimeout: limits.stallMs,
      headers: { range: `bytes=${offset}-${end}`, 'accept-encoding': 'identity' },
    })
    const problem = headProblem(response, range)
    if (problem !== null) {
      response.body.on('error', () => {})
      response.body.destroy()
      return { fault: problem }
    }
    const bytes = Buffer.allocUnsafe(length)
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) continue
      if (received + chunk.length > length) return fault('refused', `it sent more than the ${length} bytes that were asked for`)
      bytes.set(chunk, received)
      received += chunk.length
      onBytes?.(chunk.length)
    }
    return received === length ? { bytes } : fault('broken', `it ended after ${received} of ${length} bytes`)
  } catch (error) {
    signal.throwIfAborted()
    if (tooSlow.aborted) return fault('slow', `${received} of ${length} bytes of ${total} came in the longest time that is given`)
    return faultOf(error, limits)
  }
}

function headProblem({ statusCode, headers }: Dispatcher.ResponseData, { offset, length, total }: ByteRange): RelayFault | null {
  const header = (name: string) => {
    const value = headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  if (statusCode >= 300 && statusCode < 400) return { kind: 'redirect', problem: 'it answers with a redirect, which is never followed' }
  if (statusCode === 404 || statusCode === 503) {
    const seconds = Number(header('retry-after'))
    const wait = Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.min(30_000, 1_000 * seconds) } : {}
    return { kind: 'absent', problem: `it does not have it (${statusCode})`, ...wait }
  }
  const encoding = header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity')
    return { kind: 'refused', problem: `it sends the encoding ${encoding.slice(0, 40)}` }
  if (statusCode === 206) {
    const expected = `bytes ${offset}-${offset + length - 1}/${total}`
    const found = header('content-range') ?? 'none'
    return found === expected ? null : { kind: 'refused', problem: `it sends the range ${found.slice(0, 80)} instead of ${expected}` }
  }
  // A server without ranges will do where the whole file is wanted.
  if (statusCode === 200 && offset === 0 && length === total) return null
  return { kind: 'refused', problem: `it answers ${statusCode} to a request for a range` }
}

function faultOf(error: unknown, { headerMs, stallMs }: FetchBytesOptions['limits']): FetchedBytes {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return fault('stalled', `it did not answer within ${headerMs} ms`)
  if (code === 'UND_ERR_BODY_TIMEOUT') return fault('stalled', `it sent nothing for ${stallMs} ms`)
  return fault('broken', error instanceof Error ? error.message || code : String(error))
}

function fault(kind: RelayFault['kind'], problem: string): { fault: RelayFault } {
  return { fault: { kind, problem } }
}
