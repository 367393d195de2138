import { AssayError } from '../../shared/errors/assay-error.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { writeFileAtomically } from '../../shared/util/write-file-atomically.ts'
import { dataFolderOf } from '../data-folder-of.ts'
import { openExistingStore } from '../storage/open-store.ts'
import { readSetting } from '../storage/setting-table.ts'
import type { ValidatorSettings } from '../validator.ts'
import { buildBundle } from './build-bundle.ts'

/** Runs `assay validator export`: writes the bundle of one answer to a file, or to standard output where none is named. */
export async function exportCommand(settings: ValidatorSettings, id: string, out: string | undefined): Promise<void> {
  if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(id))
    throw new AssayError('CLI_USAGE', { problem: `--receipt takes a request id (32 hex digits) or a receipt's digest (64), got "${id}".` })
  const store = openExistingStore(dataFolderOf(settings))
  try {
    const master = Buffer.from((await readSetting(store, 'master-secret')) ?? '', 'hex')
    const bundle = await buildBundle(store, id, master)
    const text = `${canonicalJson(bundle as unknown as Json)}\n`
    if (out === undefined) process.stdout.write(text)
    else {
      await writeFileAtomically(expandHome(out), text)
      process.stdout.write(`${describe(bundle)}\nwritten to ${out}\n`)
    }
  } finally {
    store.close()
  }
}

function describe({ verdict: { statement }, secret, scores }: Awaited<ReturnType<typeof buildBundle>>): string {
  const { kind, code, requestId } = statement.verdict
  const later = [...(secret === null ? ['the audit secret'] : []), ...(scores === null ? ['the scores'] : [])]
  const missing = later.length === 0 ? '' : `; not public yet, and left out: ${later.join(', ')}`
  return `request ${requestId}: ${kind}${code === null ? '' : ` ${code}`}${missing}`
}
