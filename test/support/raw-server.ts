import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RawRequest {
  /** Request line and headers. */
  readonly head: string
  readonly body: string
  readonly socket: Socket
}

export interface RawServer {
  readonly host: string
  readonly port: number
  /** Requests so far. */
  readonly requests: readonly RawRequest[]
  close(): Promise<void>
}

/** A server that says exactly the bytes that `play` writes: it plays miners that keep to no protocol. Bodies are read in `encoding`; latin1 keeps every byte. */
export async function startRawServer(
  play: (request: RawRequest) => void,
  host = '127.0.0.3',
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<RawServer> {
  const requests: RawRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    let bytes: Buffer = Buffer.alloc(0)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', piece => {
      bytes = Buffer.concat([bytes, typeof piece === 'string' ? Buffer.from(piece) : piece])
      for (let taken = take(bytes, encoding); taken !== null; taken = take(bytes, encoding)) {
        bytes = taken.rest
        const request = { head: taken.head, body: taken.body, socket }
        requests.push(request)
        play(request)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    requests,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function take(bytes: Buffer, encoding: 'utf8' | 'latin1'): { head: string; body: string; rest: Buffer } | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.subarray(0, end).toString('latin1')
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  const from = end + 4
  if (bytes.length < from + length) return null
  return { head, body: bytes.subarray(from, from + length).toString(encoding), rest: bytes.subarray(from + length) }
}

/** A whole HTTP reply with a right content-length. */
export function httpReply(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}, status = '200 OK'): Buffer {
  const bytes = Buffer.from(body)
  const lines = [
    `HTTP/1.1 ${status}`,
    `content-length: ${bytes.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes])
}
