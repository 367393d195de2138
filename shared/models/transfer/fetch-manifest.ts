import { type Dispatcher, request } from 'undici'
import { AssayError } from '../../errors/assay-error.ts'
import { digestJson } from '../../protocol/digest-json.ts'
import { abortAfter } from '../../util/abort-after.ts'
import { type Manifest, parseManifest } from '../manifest.ts'
import type { FetchLimits } from './fetch-limits.ts'
import { countFault, type Relay } from './relay.ts'
import type { RelayFault } from './relay-fault.ts'

export interface FetchManifestOptions {
  readonly dispatcher: Dispatcher
  readonly limits: Pick<FetchLimits, 'headerMs' | 'stallMs' | 'maxManifestBytes'>
  readonly signal: AbortSignal
}

/** Asks all relays at once for the manifest with this digest and takes the first right one; a relay that sends another is dropped. Throws MODEL_RELAYS where none has it. */
export async function fetchManifest(manifestDigest: string, relays: readonly Relay[], options: FetchManifestOptions): Promise<Manifest> {
  const found = new AbortController()
  const { signal } = options
  const ask = async (relay: Relay): Promise<Manifest> => {
    const reply = await askOne(`${relay.url}/${manifestDigest}/manifest.json`, manifestDigest, {
      ...options,
      signal: AbortSignal.any([signal, found.signal]),
    })
    if ('manifest' in reply) return reply.manifest
    if (!found.signal.aborted) countFault(relay, reply.fault, performance.now())
    throw new Error(reply.fault.problem)
  }
  try {
    return await Promise.any(relays.map(ask))
  } catch {
    signal.throwIfAborted()
    const reasons = relays.map(({ url, last }) => `  ${url}: ${last?.problem ?? 'no answer'}`).join('\n')
    throw new AssayError('MODEL_RELAYS', { missing: 'all', total: 'unknown', relays: reasons })
  } finally {
    found.abort()
  }
}

async function askOne(
  url: string,
  digest: string,
  { dispatcher, limits, signal }: FetchManifestOptions,
): Promise<{ manifest: Manifest } | { fault: RelayFault }> {
  const fault = (kind: RelayFault['kind'], problem: string) => ({ fault: { kind, problem } })
  try {
    const response = await request(url, {
      dispatcher,
      signal: abortAfter(limits.headerMs + limits.stallMs, signal),
      headersTimeout: limits.headerMs,
      bodyTimeout: limits.stallMs,
      headers: { 'accept-encoding': 'identity' },
    })
    if (response.statusCode !== 200) {
      response.body.on('error', () => {})
      response.body.destroy()
      const redirect = response.statusCode >= 300 && response.statusCode < 400
      return redirect
        ? fault('redirect', 'it answers with a redirect, which is never followed')
        : fault('absent', `it does not have the manifest (${response.statusCode})`)
    }
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body) {
      if (!(chunk instanceof Uint8Array)) continue
      size += chunk.length
      if (size > limits.maxManifestBytes) return fault('refused', `its manifest is larger than ${limits.maxManifestBytes} bytes`)
      chunks.push(chunk)
    }
    return readManifest(Buffer.concat(chunks), digest)
  } catch (error) {
    return fault('broken', error instanceof Error ? error.message : String(error))
  }
}

function readManifest(bytes: Buffer, digest: string): { manifest: Manifest } | { fault: RelayFault } {
  try {
    const manifest = parseManifest(JSON.parse(bytes.toString('utf8')))
    const found = digestJson(manifest)
    if (found === digest) return { manifest }
    return { fault: { kind: 'corrupt', problem: `its manifest has the digest ${found} instead of ${digest}` } }
  } catch (error) {
    return { fault: { kind: 'corrupt', problem: `its manifest is none: ${error instanceof Error ? error.message : String(error)}` } }
  }
}
