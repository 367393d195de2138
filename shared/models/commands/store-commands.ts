import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { formatError } from '../../errors/format-error.ts'
import { expandHome } from '../../identity/wallet-location.ts'
import { createProgress, formatBytes } from '../../observe/create-progress.ts'
import { digestJson } from '../../protocol/digest-json.ts'
import type { SettingsOf } from '../../settings/option.ts'
import { formatTable } from '../../util/format-table.ts'
import { addGguf } from '../gguf/add-gguf.ts'
import { writeGguf } from '../gguf/write-gguf.ts'
import { listShards, totalBytes } from '../list-shards.ts'
import { loadManifest } from '../load-model.ts'
import type { Manifest } from '../manifest.ts'
import { addModel } from '../store/add-model.ts'
import { findStored, listStore, type StoredModel } from '../store/model-store.ts'
import { verifyModel } from '../store/verify-model.ts'
import type { addModelOptions, storeOptions } from './options.ts'

type StoreSettings = SettingsOf<typeof storeOptions>

const print = (text: string) => process.stdout.write(`${text}\n`)

/** `assay model add`: prints the digest by which everyone will know the model. */
export async function runAdd(folder: string, settings: SettingsOf<typeof addModelOptions>): Promise<void> {
  const progress = createProgress({ label: 'add' })
  const { graph, name, shardBytes } = settings
  const precision = precisions.find(known => known === settings.precision)
  const added = await addModel({
    ...{ folder, graph, name, precision, shardBytes, store: expandHome(settings.store) },
    onBytes: (done, total) => progress.update(done, total),
  }).finally(() => progress.end())
  print(settings.json ? JSON.stringify(rowOf(added)) : `${added.manifestDigest}  ${describe(added)}\n${added.folder}`)
}

const precisions: readonly Manifest['precision'][] = ['fp32', 'fp16', 'bf16', 'int8', 'int4']

/** `assay model list`. */
export async function runList({ store, json }: StoreSettings): Promise<void> {
  const models = await listStore(expandHome(store), error => process.stderr.write(`${formatError(error)}\n`))
  if (json) return void print(JSON.stringify(models.map(rowOf)))
  if (models.length === 0) return void print(`${store} holds no models yet; \`assay model add\` and \`assay model fetch\` put them there`)
  const rows = models.map(model => [
    model.manifest.name,
    model.manifest.precision,
    formatBytes(totalBytes(model.manifest)),
    model.manifestDigest,
  ])
  print(formatTable(['model', 'precision', 'size', 'manifest digest'], rows))
}

/** `assay model verify`: names every shard that is wrong; exits with 1 where one is. */
export async function runVerify(name: string, { store, json }: StoreSettings): Promise<void> {
  const { folder, manifest, manifestDigest } = await locate(name, expandHome(store))
  const progress = createProgress({ label: 'verify' })
  const findings = await verifyModel(folder, manifest, (done, total) => progress.update(done, total)).finally(() => progress.end())
  const shards = listShards(manifest).length
  if (json) print(JSON.stringify({ manifestDigest, folder, shards, findings: findings.map(({ code, details }) => ({ code, ...details })) }))
  else if (findings.length === 0) print(`${manifestDigest}  ${manifest.name}: all ${shards} shards have their digests`)
  if (findings.length === 0) return
  if (!json) for (const finding of findings) process.stderr.write(`${finding.message}\n`)
  process.exitCode = 1
}

/** `assay model gguf`: into a file, or as one more model of the store. */
export async function runGguf(folder: string, file: string | undefined, { store, json }: StoreSettings): Promise<void> {
  if (file !== undefined) {
    if (!file.endsWith('.gguf')) throw new AssayError('CLI_USAGE', { problem: `The name ${file} does not end in .gguf.` })
    await writeGguf(folder, resolve(file))
    return void print(json ? JSON.stringify({ file: resolve(file) }) : `written to ${resolve(file)}`)
  }
  const added = await addGguf(folder, expandHome(store))
  print(json ? JSON.stringify(rowOf(added)) : `${added.manifestDigest}  ${describe(added)}\n${added.folder}`)
}

async function locate(name: string, store: string): Promise<StoredModel> {
  const isFolder = await stat(name).then(
    stats => stats.isDirectory(),
    () => false,
  )
  if (!isFolder) return await findStored(store, name)
  const manifest = await loadManifest(name)
  return { manifestDigest: digestJson(manifest), folder: resolve(name), manifest }
}

function describe({ manifest }: StoredModel): string {
  const shards = listShards(manifest).length
  return `${manifest.name}, ${manifest.precision}, ${formatBytes(totalBytes(manifest))} in ${shards} shard${shards === 1 ? '' : 's'}`
}

function rowOf({ manifestDigest, folder, manifest }: StoredModel) {
  return { manifestDigest, name: manifest.name, precision: manifest.precision, sizeBytes: totalBytes(manifest), folder }
}
