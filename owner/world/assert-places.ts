import { readdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AssayError } from '../../shared/errors/assay-error.ts'

/** Makes sure before anything starts that the world's folder is new or empty, and that its report can be written at the end. Throws WORLD_FOLDER and SETTINGS_INVALID. */
export async function assertPlaces(folder: string | undefined, json: string | undefined): Promise<void> {
  if (folder !== undefined && (await readdir(folder).catch(() => [])).length > 0) throw new AssayError('WORLD_FOLDER', { folder })
  if (json === undefined) return
  const parent = dirname(resolve(json))
  const found = await stat(parent).catch(() => null)
  if (found?.isDirectory() !== true) throw new AssayError('SETTINGS_INVALID', { problems: `  - --json: there is no folder ${parent}` })
}
