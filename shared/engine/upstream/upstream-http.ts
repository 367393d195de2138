import { Agent, type Dispatcher } from 'undici'
import { AssayError } from '../../errors/assay-error.ts'
import { createSseParser } from '../../util/parse-sse.ts'

export interface UpstreamHttpOptions {
  /** Sent as a bearer token; none where undefined. */
  readonly apiKey: string | undefined
  readonly connectMs: number
  /** Until the first byte: a full engine lets requests wait. */
  readonly firstByteMs: number
  /** Between two pieces of a stream. */
  readonly idleMs: number
}

/** The only routes of an upstream engine that are ever called: whatever else it offers (weights, pause, admin) stays out of reach. */
type Route = '/v1/completions' | '/v1/embeddings' | '/v1/models'

export interface UpstreamHttp {
  /** The parsed body of a whole answer. */
  json(url: string, route: Route, body: object | null, signal: AbortSignal): Promise<unknown>
  /** The data of each event of a stream, up to `[DONE]`. Throws before the first where the server refuses. */
  events(url: string, route: Route, body: object, signal: AbortSignal): AsyncGenerator<string, void, void>
  close(): Promise<void>
}

const maxBytes = 64 * 1024 * 1024
const maxEventChars = 4 * 1024 * 1024
const shownOfError = 300

/** Speaks with OpenAI-compatible servers. Throws ENGINE_UPSTREAM for what they refuse, break off or garble. */
export function openUpstreamHttp({ apiKey, connectMs, firstByteMs, idleMs }: UpstreamHttpOptions): UpstreamHttp {
  const agent = new Agent({ connect: { timeout: connectMs }, headersTimeout: firstByteMs, bodyTimeout: idleMs })
  const open = async (url: string, route: Route, body: object | null, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const base = new URL(url)
    const path = `${base.pathname.replace(/\/$/, '')}${route}`
    const headers = {
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'identity',
      ...(body !== null && { 'content-type': 'application/json' }),
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    }
    const options = {
      origin: base.origin,
      path,
      headers,
      signal,
      ...(body === null ? { method: 'GET' as const } : { method: 'POST' as const, body: JSON.stringify(body) }),
    }
    try {
      const response = await agent.request(options)
      if (response.statusCode === 200) return response
      throw problem(url, `it answered ${response.statusCode} ${await readBounded(response, shownOfError)}`.trim(), response.statusCode)
    } catch (error) {
      throw ours(error, url, signal)
    }
  }
  return {
    async json(url, route, body, signal) {
      const response = await open(url, route, body, signal)
      try {
        return JSON.parse(await readBounded(response, maxBytes)) as unknown
      } catch (error) {
        throw ours(error, url, signal)
      }
    },
    async *events(url, route, body, signal) {
      const response = await open(url, route, body, signal)
      const parser = createSseParser({ maxEventChars, maxBytes })
      try {
        for await (const piece of response.body) {
          for (const { data } of parser.push(piece as Uint8Array)) {
            if (data === '[DONE]') return
            yield data
          }
        }
        throw problem(url, 'its stream ended before [DONE]')
      } catch (error) {
        throw ours(error, url, signal)
      } finally {
        response.body.destroy()
      }
    },
    close: () => agent.destroy(),
  }
}

/** An AssayError as it is, the caller's own abort as its reason, everything else as the upstream's problem. */
function ours(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  return error instanceof AssayError ? error : problem(url, error instanceof Error ? error.message || error.name : String(error))
}

/** What went wrong at a server, named without what its URL may hold of secrets; `status` where it answered with one. */
export function problem(url: string, text: string, status?: number): AssayError {
  const { host, pathname } = new URL(url)
  return new AssayError('ENGINE_UPSTREAM', {
    upstream: `${host}${pathname === '/' ? '' : pathname}`,
    problem: text,
    ...(status !== undefined && { status }),
  })
}

async function readBounded(response: Dispatcher.ResponseData, limit: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body) {
    pieces.push(piece as Uint8Array)
    size += (piece as Uint8Array).length
    // A whole answer over the limit cannot be parsed anyway; of an error its beginning is enough.
    if (size >= limit) break
  }
  response.body.destroy()
  return Buffer.concat(pieces).subarray(0, limit).toString('utf8')
}
