import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { writeFileAtomically } from '../../shared/util/write-file-atomically.ts'
import { type ApiKey, readKeyFile } from './read-key-file.ts'

export type KeyTerms = Omit<ApiKey, 'sha256'>

/** Makes an API key, writes its hash into a key file and returns it: the only time that it is seen. Throws MINER_KEY_FILE, MINER_KEY_NAME. */
export async function addApiKey(file: string, terms: KeyTerms): Promise<string> {
  const keys = await readKeyFile(file, 'fine')
  if (keys.some(({ name }) => name === terms.name)) throw new AssayError('MINER_KEY_NAME', { file, name: terms.name })
  const key = `assay-${randomBytes(32).toString('base64url')}`
  await mkdir(dirname(file), { recursive: true })
  await writeKeys(file, [...keys, { ...terms, sha256: sha256Hex(key) }])
  return key
}

/** Takes a key out of a key file. Throws MINER_KEY_FILE where none has that name. */
export async function removeApiKey(file: string, name: string): Promise<void> {
  const keys = await readKeyFile(file)
  if (!keys.some(key => key.name === name)) throw new AssayError('MINER_KEY_FILE', { file, problem: `it has no key named ${name}` })
  await writeKeys(
    file,
    keys.filter(key => key.name !== name),
  )
}

async function writeKeys(file: string, keys: readonly ApiKey[]): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify({ version: 'assay/keys/1', keys }, null, 2)}\n`)
}
