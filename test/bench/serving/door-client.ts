import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { lastEventData } from '../../../shared/protocol/answer-chunk.ts'

/** One streamed request, ready to go. */
export interface Streamed {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Opens what arrives where it is sealed. */
  readonly open?: (bytes: Uint8Array) => Uint8Array[]
}

export interface StreamTimes {
  /** Milliseconds from the request to its first text, and to its end. */
  readonly firstMs: number
  readonly wholeMs: number
  /** Events that carried a token. */
  readonly chunks: number
}

/** Sends one request and reads its stream to the end. Throws where it is refused, fails or is cut off. */
export async function streamAnswer(url: string, { path, headers, body, open }: Streamed, agent: Agent): Promise<StreamTimes> {
  const startedMs = performance.now()
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest(
      `${url}${path}`,
      { method: 'POST', headers: { ...headers, 'content-length': body.length }, agent },
      resolve,
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${(await response.toArray()).join('')}`)
  let firstMs = 0
  let chunks = 0
  let rest = ''
  let ended = false
  for await (const arrived of response) {
    for (const piece of open === undefined ? [arrived] : open(arrived)) rest += Buffer.from(piece).toString()
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const data = rest.slice(6, end)
      rest = rest.slice(end + 2)
      if (data === lastEventData) ended = true
      // Cheap on purpose: what the client does must not hold the server up.
      if (!data.includes('"finish_reason":null')) continue
      chunks += 1
      if (chunks === 1) firstMs = performance.now() - startedMs
    }
  }
  if (!ended) throw new Error(`${path} was cut off: ${rest}`)
  return { firstMs, wholeMs: performance.now() - startedMs, chunks }
}
