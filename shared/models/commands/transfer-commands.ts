import { AssayError } from '../../errors/assay-error.ts'
import { formatError } from '../../errors/format-error.ts'
import { expandHome } from '../../identity/wallet-location.ts'
import { createProgress, formatBytes } from '../../observe/create-progress.ts'
import type { SettingsOf } from '../../settings/option.ts'
import { countOf } from '../../util/count-of.ts'
import { stopSignal } from '../../util/stop-signal.ts'
import { waitForAbort } from '../../util/wait-for-abort.ts'
import { digestPattern } from '../store/model-store.ts'
import { type FetchOptions, type FetchReport, fetchModel } from '../transfer/fetch-model.ts'
import { serveModels } from '../transfer/serve-models.ts'
import { serveStore } from '../transfer/served-model.ts'
import type { fetchModelOptions, serveModelOptions } from './options.ts'

const print = (text: string) => process.stdout.write(`${text}\n`)
const warn = (text: string) => process.stderr.write(`${text}\n`)

/** `assay model fetch`: names on standard error every relay that did wrong, and tells in the end what each gave. */
export async function runFetch(digest: string, settings: SettingsOf<typeof fetchModelOptions>): Promise<void> {
  const signal = stopSignal()
  const report = await fetchShown(digest, {
    store: expandHome(settings.store),
    relays: settings.relays,
    signal,
    limits: {
      parallel: settings.parallel,
      maxBytes: settings.maxBytes,
      stallMs: 1_000 * settings.stallSeconds,
      headerMs: 1_000 * settings.stallSeconds,
      patienceMs: 1_000 * settings.patienceSeconds,
    },
  })
  if (settings.json) return void print(JSON.stringify({ ...report, manifest: undefined }))
  print(`${report.manifestDigest}  ${report.manifest.name}\n${report.folder}`)
}

/** `assay model serve`: until Ctrl-C; with `--fetch` it fetches first, and serves what it has verified so far. */
export async function runServe(settings: SettingsOf<typeof serveModelOptions>): Promise<void> {
  const { fetch: digests = [], relays = [], host, port, maxTransfers, maxPerAddress } = settings
  if (digests.length > 0 && relays.length === 0) throw new AssayError('CLI_USAGE', { problem: '--fetch needs --relays to fetch from.' })
  for (const digest of digests) assertDigest(digest)
  const signal = stopSignal()
  const store = expandHome(settings.store)
  const models = serveStore(store)
  const relay = await serveModels({
    ...{ models, host, port, maxTransfers, maxPerAddress, bytesPerSecond: settings.maxRate },
    onError: error => warn(formatError(error)),
  })
  print(`assay model relay ready ${relay.url}`)
  const fetching = Promise.allSettled(
    digests.map(async digest => {
      try {
        const limits = { maxBytes: settings.maxBytes }
        await fetchShown(digest, {
          store,
          relays,
          signal,
          limits,
          onOpen: (partial, manifest) => models.addPartial(digest, manifest, partial),
        })
        print(`fetched ${digest}`)
      } catch (error) {
        if (!signal.aborted) warn(formatError(error))
      }
    }),
  )
  await waitForAbort(signal)
  await fetching
  await relay.stop()
  warn(`sent ${formatBytes(relay.sentBytes())}`)
}

async function fetchShown(digest: string, options: Omit<FetchOptions, 'manifestDigest'>): Promise<FetchReport> {
  assertDigest(digest)
  const progress = createProgress({ label: `fetch ${digest.slice(0, 8)}` })
  const report = await fetchModel({
    ...options,
    manifestDigest: digest,
    onOpen(partial, manifest) {
      if (partial.held.size > 0) warn(`resumed: ${partial.held.size} of ${partial.shards.length} shards were here and have their digests`)
      options.onOpen?.(partial, manifest)
    },
    onProgress: ({ doneBytes, totalBytes, doneShards, totalShards }) =>
      progress.update(doneBytes, totalBytes, `${doneShards} of ${totalShards} shards`),
    onFault(relay, fault, dropped) {
      progress.end()
      warn(`relay ${relay} is ${fault.kind === 'corrupt' ? 'CORRUPT' : fault.kind}${dropped ? ' and dropped' : ''}: ${fault.problem}`)
    },
  }).finally(() => progress.end())
  for (const { url, shards, bytes, bytesPerSecond, dropped } of report.relays) {
    const speed = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`
    warn(`relay ${url}: ${countOf(shards, 'shard')}, ${formatBytes(bytes)}${speed}${dropped === null ? '' : `, dropped: ${dropped.kind}`}`)
  }
  return report
}

function assertDigest(digest: string): void {
  if (!digestPattern.test(digest))
    throw new AssayError('CLI_USAGE', {
      problem: `${digest} is no manifest digest; expected 64 hex digits, as \`assay model list\` shows them.`,
    })
}
