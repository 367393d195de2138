import { connect } from 'node:net'
import type { RawRequest } from './signed-ask.ts'

export interface Pipelined {
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>
}

const batch = 32

/** Sends `count` requests through one socket, a batch ahead of the replies, and counts the replies by status. */
export async function pipelineRequests(
  url: string,
  count: number,
  build: (index: number) => RawRequest,
  localAddress?: string,
): Promise<Pipelined> {
  const { hostname, port, host } = new URL(url)
  const statuses: Record<string, number> = {}
  let sent = 0
  let answered = 0
  let rest = ''
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ...(localAddress !== undefined && { localAddress }) })
    const sendBatch = () => {
      const pieces: Buffer[] = []
      for (const end = Math.min(count, sent + batch); sent < end; sent++) pieces.push(bytesOf(build(sent), host))
      if (pieces.length > 0) socket.write(Buffer.concat(pieces))
    }
    socket.on('connect', sendBatch)
    socket.on('error', reject)
    socket.on('close', () => (answered === count ? resolve() : reject(new Error(`closed after ${answered} of ${count} replies`))))
    socket.on('data', piece => {
      rest += piece.toString('latin1')
      for (let head = rest.indexOf('\r\n\r\n'); head >= 0; head = rest.indexOf('\r\n\r\n')) {
        const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0)
        if (rest.length < head + 4 + length) break
        const status = rest.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        rest = rest.slice(head + 4 + length)
        answered += 1
      }
      if (answered === count) socket.end()
      else if (answered === sent) sendBatch()
    })
  })
  return { statuses }
}

function bytesOf({ method, path, headers, body }: RawRequest, host: string): Buffer {
  const lines = Object.entries({ host, ...headers, 'content-length': String(body.length) }).map(([key, value]) => `${key}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}
