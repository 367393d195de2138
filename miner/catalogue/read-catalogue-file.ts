import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Type } from 'typebox'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { parserOf } from '../../shared/protocol/parser-of.ts'

const CatalogueFile = Type.Object(
  { models: Type.Array(Type.Object({ folder: Type.String({ minLength: 1 }) }, { additionalProperties: false }), { maxItems: 1_000 }) },
  { additionalProperties: false },
)
const parseCatalogueFile = parserOf(CatalogueFile, 'MINER_CATALOGUE', 'catalogue file')

/** Model folders of a catalogue file, relative ones beside the file; throws MINER_CATALOGUE. */
export async function readCatalogueFile(file: string): Promise<string[]> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new AssayError(
      'MINER_CATALOGUE',
      { what: file, path: '/', problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
  return parseCatalogueFile(value).models.map(({ folder }) =>
    folder.startsWith('~') ? expandHome(folder) : resolve(dirname(file), folder),
  )
}
