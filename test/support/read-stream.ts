import { request as httpRequest } from 'node:http'
import { createSseParser } from '../../shared/util/parse-sse.ts'
import type { RawRequest } from './signed-ask.ts'

export interface OpenStream {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The data of the next event; null at the end of the stream. */
  next(): Promise<string | null>
  /** The data of all events that are left. */
  rest(): Promise<string[]>
  /** Closes the connection at once. */
  destroy(): void
}

/** Sends one request over a socket of its own and reads the reply's events as they come. */
export async function openStream(url: string, { method, path, headers, body }: RawRequest): Promise<OpenStream> {
  return await new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${url}${path}`,
      { method, headers: { ...headers, 'content-length': body.length }, agent: false },
      response => {
        const parser = createSseParser({ maxEventChars: 1_000_000, maxBytes: 10_000_000 })
        const events = (async function* () {
          for await (const piece of response) for (const event of parser.push(piece)) yield event.data
        })()
        const next = async () => {
          const { value, done } = await events.next()
          return done === true ? null : value
        }
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          next,
          async rest() {
            const found: string[] = []
            for (let data = await next(); data !== null; data = await next()) found.push(data)
            return found
          },
          destroy: () => outgoing.destroy(),
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
