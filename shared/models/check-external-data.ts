import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'
import type { ManifestFile } from './manifest.ts'
import { externalFiles } from './onnx/external-files.ts'
import { safeRelativePath } from './safe-relative-path.ts'

/** Every file from which a graph of the manifest reads weights must lie below the folder and be in the manifest; throws MODEL_PATH_UNSAFE or MODEL_FILE_UNLISTED. */
export async function checkExternalData(folder: string, files: readonly ManifestFile[]): Promise<void> {
  const listed = new Set(files.map(file => file.path))
  for (const graph of files.filter(file => file.path.endsWith('.onnx'))) {
    for (const location of externalFiles(await readFile(join(folder, graph.path)))) {
      // Paths are relative to the graph's own folder.
      const parent = graph.path.split('/').slice(0, -1)
      const path = [...parent, safeRelativePath(location, graph.path)].join('/')
      if (!listed.has(path)) throw new AssayError('MODEL_FILE_UNLISTED', { file: path, where: graph.path })
    }
  }
}
