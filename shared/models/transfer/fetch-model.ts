import { Agent } from 'undici'
import { AssayError } from '../../errors/assay-error.ts'
import { countOf } from '../../util/count-of.ts'
import { sha256Hex } from '../../util/sha256-hex.ts'
import { totalBytes } from '../list-shards.ts'
import type { Manifest } from '../manifest.ts'
import { readStored, type StoredModel } from '../store/model-store.ts'
import { createShardQueue } from './create-shard-queue.ts'
import { fetchBytes } from './fetch-bytes.ts'
import { defaultFetchLimits, type FetchLimits } from './fetch-limits.ts'
import { fetchManifest } from './fetch-manifest.ts'
import { openPartial, type PartialModel } from './open-partial.ts'
import { countFault, countSuccess, createRelay, type Relay } from './relay.ts'
import type { RelayFault } from './relay-fault.ts'

/** How far a fetch is. */
export interface FetchProgress {
  readonly doneBytes: number
  readonly totalBytes: number
  readonly doneShards: number
  readonly totalShards: number
}

export interface FetchOptions {
  readonly manifestDigest: string
  /** Base addresses, e.g. http://10.0.0.1:8100; nobody trusts them. */
  readonly relays: readonly string[]
  readonly store: string
  readonly signal: AbortSignal
  readonly limits?: Partial<FetchLimits>
  /** Called once the manifest is known and what an earlier process fetched was verified. */
  readonly onOpen?: (partial: PartialModel, manifest: Manifest) => void
  readonly onProgress?: (progress: FetchProgress) => void
  /** Called when a relay does something wrong; `dropped` when that ended its part. */
  readonly onFault?: (relay: string, fault: RelayFault, dropped: boolean) => void
}

/** What one relay gave, for people. */
export interface RelayReport {
  readonly url: string
  readonly shards: number
  readonly bytes: number
  readonly bytesPerSecond: number | null
  /** Why it was dropped; null where it was not. */
  readonly dropped: RelayFault | null
}

export interface FetchReport extends StoredModel {
  /** Shards that an earlier process had fetched and that still have their digests. */
  readonly resumedShards: number
  readonly fetchedShards: number
  readonly relays: readonly RelayReport[]
}

/**
 * Fetches the model with this manifest digest from any number of untrusted relays into a store: shards in parallel, each from the relay that is
 * expected to give it soonest, each kept once it has its digest. Throws MODEL_RELAYS, MODEL_TOO_LARGE, MODEL_DISK_FULL, MODEL_BUSY and what `signal` was aborted with.
 */
export async function fetchModel(options: FetchOptions): Promise<FetchReport> {
  const { manifestDigest, store, signal } = options
  const limits: FetchLimits = { ...defaultFetchLimits, ...options.limits }
  const relays = [...new Set(options.relays.map(url => url.replace(/\/+$/, '')))].map(createRelay)
  const present = await readStored(store, manifestDigest)
  if (present !== null) return { ...present, resumedShards: 0, fetchedShards: 0, relays: relays.map(reportOf) }
  const dispatcher = new Agent({ connections: limits.perRelay + 1, maxHeaderSize: 16_384, connect: { timeout: limits.headerMs } })
  try {
    const manifest = await fetchManifest(manifestDigest, relays, { dispatcher, limits, signal })
    for (const { url, dropped } of relays) if (dropped !== undefined) options.onFault?.(url, dropped, true)
    const size = totalBytes(manifest)
    if (size > limits.maxBytes) throw new AssayError('MODEL_TOO_LARGE', { model: manifest.name, size, limit: limits.maxBytes })
    const partial = await openPartial(store, manifestDigest, manifest)
    try {
      const resumedShards = partial.held.size
      options.onOpen?.(partial, manifest)
      await fetchShards(partial, { ...options, relays, limits, dispatcher, size })
      const folder = await partial.complete()
      const fetchedShards = partial.shards.length - resumedShards
      return { manifestDigest, folder, manifest, resumedShards, fetchedShards, relays: relays.map(reportOf) }
    } finally {
      await partial.release()
    }
  } finally {
    await dispatcher.destroy()
  }
}

interface ShardContext extends Omit<FetchOptions, 'relays' | 'limits'> {
  readonly relays: readonly Relay[]
  readonly limits: FetchLimits
  readonly dispatcher: Agent
  readonly size: number
}

async function fetchShards(partial: PartialModel, context: ShardContext): Promise<void> {
  const { manifestDigest, relays, limits, dispatcher, signal, size, onFault } = context
  const { shards, held } = partial
  const stopping = new AbortController()
  const until = AbortSignal.any([signal, stopping.signal])
  const running = new Set<Promise<void>>()
  const tell = () => {
    let doneBytes = 0
    for (const index of held) doneBytes += shards[index]?.length ?? 0
    context.onProgress?.({ doneBytes, totalBytes: size, doneShards: held.size, totalShards: shards.length })
  }
  // A file without bytes needs no relay.
  for (const [index, { length }] of shards.entries()) if (length === 0 && !held.has(index)) await partial.save(index, new Uint8Array())
  const queue = createShardQueue({ shards, held, relays, limits, nowMs: () => performance.now() })
  tell()
  let lastGainMs = performance.now()
  const transfer = async (index: number, relay: Relay): Promise<void> => {
    const shard = shards[index]
    if (shard === undefined) return
    const attempt = queue.begin(index, relay)
    const { path, offset, length, sha256 } = shard
    const total = fileSize(partial, path)
    const url = `${relay.url}/${manifestDigest}/${path.split('/').map(encodeURIComponent).join('/')}`
    try {
      const fetched = await fetchBytes(
        { offset, length, total },
        { url, dispatcher, signal: AbortSignal.any([until, attempt.signal]), limits, onBytes: bytes => attempt.count(bytes) },
      )
      const found = 'bytes' in fetched ? sha256Hex(fetched.bytes) : undefined
      const fault: RelayFault | undefined =
        'fault' in fetched
          ? fetched.fault
          : found === sha256
            ? undefined
            : { kind: 'corrupt', problem: `shard ${shard.index} of ${path} has the SHA-256 ${found} instead of ${sha256}` }
      if (fault !== undefined) return faulty(index, relay, fault)
      if (!('bytes' in fetched)) return
      countSuccess(relay, length, attempt.seconds(), relay.inFlight)
      if (held.has(index)) return
      await partial.save(index, fetched.bytes)
      lastGainMs = performance.now()
      queue.finish(index)
      tell()
    } catch (error) {
      // Aborted by the queue: another relay was faster, or this one is too slow.
      if (until.aborted || !attempt.signal.aborted) throw error
      const fault = attempt.verdict()
      if (fault !== undefined) faulty(index, relay, fault)
    } finally {
      attempt.end()
    }
  }
  const faulty = (index: number, relay: Relay, fault: RelayFault) => {
    const before = relay.dropped
    countFault(relay, fault, performance.now())
    queue.putBack(index, relay, fault)
    if (fault.kind !== 'absent') onFault?.(relay.url, fault, before === undefined && relay.dropped !== undefined)
  }
  let failure: unknown
  try {
    while (held.size < shards.length && failure === undefined) {
      signal.throwIfAborted()
      for (let next = queue.next(); next !== null; next = queue.next()) {
        const job = transfer(next.index, next.relay).catch(error => {
          failure ??= error
        })
        running.add(job)
        void job.finally(() => running.delete(job))
      }
      queue.dropSlow()
      const hopeless = relays.every(relay => relay.dropped !== undefined) || performance.now() - lastGainMs > limits.patienceMs
      if (hopeless && (running.size === 0 || performance.now() - lastGainMs > limits.patienceMs))
        throw new AssayError('MODEL_RELAYS', {
          missing: shards.length - held.size,
          total: shards.length,
          relays: relays.map(describe).join('\n'),
        })
      await Promise.race([...running, pause(100)])
    }
    if (failure !== undefined) throw failure
  } finally {
    stopping.abort(new Error('the fetch ended'))
    await Promise.allSettled(running)
  }
}

function fileSize({ shards }: PartialModel, path: string): number {
  return shards.reduce((size, shard) => (shard.path === path ? Math.max(size, shard.offset + shard.length) : size), 0)
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function describe({ url, dropped, last, shards }: Relay): string {
  const reason = dropped ?? last
  return `  ${url}: gave ${countOf(shards, 'shard')}${reason === undefined ? '' : `, then: ${reason.problem}`}`
}

function reportOf({ url, shards, bytes, rate, dropped }: Relay): RelayReport {
  return { url, shards, bytes, bytesPerSecond: rate ?? null, dropped: dropped ?? null }
}
