import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { smallShape, writeRandomDecoder } from './random-decoder.ts'

export interface ModelFolder {
  readonly folder: string
  remove(): Promise<void>
  /** Writes a file; with `listed` the manifest names it with its true digest, under `listedAs` where that differs. */
  write(path: string, content: string | Uint8Array, options?: { listed?: boolean; listedAs?: string }): Promise<void>
  /** Changes members of manifest.json. */
  changeManifest(change: (manifest: Record<string, unknown>) => void): Promise<void>
}

/** A small model of its own for a test that damages it. */
export async function makeModelFolder(): Promise<ModelFolder> {
  const { folder, remove } = await writeRandomDecoder(smallShape)
  const manifestFile = join(folder, 'manifest.json')
  const changeManifest: ModelFolder['changeManifest'] = async change => {
    const manifest: Record<string, unknown> = JSON.parse(await readFile(manifestFile, 'utf8'))
    change(manifest)
    await writeFile(manifestFile, JSON.stringify(manifest))
  }
  return {
    folder,
    remove,
    changeManifest,
    write: async (path, content, { listed = false, listedAs = path } = {}) => {
      await writeFile(join(folder, path), content)
      if (!listed) return
      await changeManifest(manifest => {
        const files = (manifest.files as { path: string }[]).filter(file => file.path !== listedAs)
        manifest.files = [...files, { path: listedAs, sha256: sha256Hex(content), sizeBytes: Buffer.byteLength(content) }]
      })
    },
  }
}
