import { type FileHandle, open, realpath } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import { abortAfter } from '../../util/abort-after.ts'
import { networkOf } from '../../util/network-of.ts'
import { totalBytes } from '../list-shards.ts'
import { digestPattern } from '../store/model-store.ts'
import { type BodyRange, parseRange } from './parse-range.ts'
import type { ServedModel, ServedModels } from './served-model.ts'
import { createThrottle, type Throttle } from './throttle.ts'

export interface RelayOptions {
  readonly models: ServedModels
  readonly host: string
  readonly port: number
  /** Transfers at the same time, in all and for one address; more are told to come back. */
  readonly maxTransfers: number
  readonly maxPerAddress: number
  /** Bytes per second of all transfers together; 0 sets no limit. */
  readonly bytesPerSecond: number
  /** Told of every answer that is not a success of a reader gone. */
  readonly onError?: (error: unknown) => void
}

export interface RunningRelay {
  readonly url: string
  /** Body bytes of files sent so far. */
  sentBytes(): number
  stop(): Promise<void>
}

const chunkBytes = 64 * 1024
/** A reader this slow holds a place for nothing. */
const leastBytesPerSecond = 16 * 1024
const graceMs = 30_000

interface Transfers {
  readonly byAddress: Map<string, number>
  total: number
  sent: number
}

/** Serves models over HTTP, for reading only: `/` lists them, `/DIGEST/manifest.json` and `/DIGEST/PATH` give their files, whole or a range. A path is looked up in the manifest and nowhere else. Throws MODEL_LISTEN. */
export async function serveModels(options: RelayOptions): Promise<RunningRelay> {
  const transfers: Transfers = { byAddress: new Map(), total: 0, sent: 0 }
  const throttle = createThrottle(options.bytesPerSecond)
  const stopping = new AbortController()
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 10_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      answer(request, response, { ...options, transfers, throttle, stop: stopping.signal }).catch(error => {
        options.onError?.(error)
        if (response.headersSent) response.destroy()
        else refuse(response, 500, 'the relay failed')
      })
    },
  )
  server.maxConnections = 16 + 4 * options.maxTransfers
  limitAddresses(server, 8 + 2 * options.maxPerAddress)
  const { port } = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', cause =>
      reject(new AssayError('MODEL_LISTEN', { address: `${options.host}:${options.port}`, problem: cause.message }, { cause })),
    )
    server.listen(options.port, options.host, () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address)
    })
  })
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    sentBytes: () => transfers.sent,
    async stop() {
      stopping.abort(new Error('the relay stops'))
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** Connections of one address: who keeps all of them open by small requests would lock out the rest. */
function limitAddresses(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', socket => {
    const address = networkOf(socket.remoteAddress ?? '')
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > most) socket.destroy()
  })
}

interface AnswerContext extends RelayOptions {
  readonly transfers: Transfers
  readonly throttle: Throttle
  readonly stop: AbortSignal
}

async function answer(request: IncomingMessage, response: ServerResponse, context: AnswerContext): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' })
  const path = pathOf(request.url ?? '')
  if (path === null) return refuse(response, 400, 'the path cannot be read')
  if (path === '/') return sendJson(request, response, listing(await context.models.list()))
  const [, digest = '', ...rest] = path.split('/')
  const model = digestPattern.test(digest) ? await context.models.find(digest) : null
  if (model === null) return refuse(response, 404, 'no such model')
  const wanted = rest.join('/')
  if (wanted === 'manifest.json') return sendJson(request, response, canonicalJson(model.manifest))
  // Only what the manifest lists has a path here, so that no request can name another file of this machine.
  const file = model.manifest.files.find(one => one.path === wanted)
  if (file === undefined) return refuse(response, 404, 'no such file')
  const range = parseRange(request.headers.range, file.sizeBytes)
  if (range === null) return refuse(response, 416, 'the range begins behind the end', { 'content-range': `bytes */${file.sizeBytes}` })
  if (!model.holds(wanted, range.from, range.to)) return refuse(response, 503, 'not here yet', { 'retry-after': '1' })
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(range.to - range.from),
    'accept-ranges': 'bytes',
    etag: `"${file.sha256}"`,
    ...(range.partial && { 'content-range': `bytes ${range.from}-${range.to - 1}/${file.sizeBytes}` }),
  }
  const status = range.partial ? 206 : 200
  if (request.method === 'HEAD') {
    response.writeHead(status, headers).end()
    return
  }
  const address = networkOf(request.socket.remoteAddress ?? '')
  const { transfers } = context
  const own = transfers.byAddress.get(address) ?? 0
  if (transfers.total >= context.maxTransfers || own >= context.maxPerAddress) return refuse(response, 503, 'busy', { 'retry-after': '1' })
  transfers.total++
  transfers.byAddress.set(address, own + 1)
  try {
    await sendFile(model, wanted, range, response, { status, headers, ...context })
  } finally {
    transfers.total--
    const left = (transfers.byAddress.get(address) ?? 1) - 1
    if (left > 0) transfers.byAddress.set(address, left)
    else transfers.byAddress.delete(address)
  }
}

async function sendFile(
  model: ServedModel,
  path: string,
  range: BodyRange,
  response: ServerResponse,
  { status, headers, throttle, transfers, stop }: AnswerContext & { readonly status: number; readonly headers: Record<string, string> },
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the reader is gone')))
  const longestMs = Math.ceil(graceMs + (1_000 * (range.to - range.from)) / leastBytesPerSecond)
  const deadline = abortAfter(longestMs, AbortSignal.any([gone.signal, stop]))
  const handle = await openInside(model, path)
  try {
    response.writeHead(status, headers)
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (let at = range.from; at < range.to; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(chunkBytes, range.to - at), at)
      // Shorter than its manifest says: the reader must not take what came for the whole.
      if (bytesRead === 0) throw new AssayError('MODEL_FILE_SIZE', { file: path, found: at, expected: range.to })
      await throttle.take(bytesRead, deadline)
      const room = response.write(Uint8Array.prototype.slice.call(buffer, 0, bytesRead))
      transfers.sent += bytesRead
      at += bytesRead
      if (!room) await drained(response, deadline)
    }
    response.end()
  } catch (error) {
    response.destroy()
    if (!deadline.aborted) throw error
  } finally {
    await handle.close()
  }
}

// A link in the store may not lead out of the model's folder either.
async function openInside(model: ServedModel, path: string, again = true): Promise<FileHandle> {
  const folder = model.folder()
  const root = await realpath(folder).catch(async error => {
    // A model that was completed meanwhile has moved to its place in the store.
    if (again && folder !== model.folder()) return null
    throw error
  })
  if (root === null) return await openInside(model, path, false)
  const real = await realpath(join(root, path))
  if (!real.startsWith(root + sep)) throw new AssayError('MODEL_PATH_UNSAFE', { path, where: 'the store' })
  return await open(real, 'r')
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      signal.removeEventListener('abort', stop)
      response.off('drain', finish)
      resolve()
    }
    const stop = () => {
      response.off('drain', finish)
      reject(signal.reason)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    response.once('drain', finish)
  })
}

function pathOf(url: string): string | null {
  try {
    const path = decodeURIComponent(url.split('?', 1)[0] ?? '')
    return path.startsWith('/') && !path.includes('\0') ? path : null
  } catch {
    return null
  }
}

function listing(models: readonly ServedModel[]): string {
  const rows = models.map(({ manifestDigest, manifest }) => ({ manifestDigest, name: manifest.name, sizeBytes: totalBytes(manifest) }))
  return JSON.stringify({ models: rows })
}

function sendJson(request: IncomingMessage, response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) })
  response.end(request.method === 'HEAD' ? undefined : text)
}

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  const text = JSON.stringify({ error: { message } })
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers })
  response.end(text)
}
