import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadManifest } from '../load-model.ts'
import { addModel } from '../store/add-model.ts'
import type { StoredModel } from '../store/model-store.ts'
import { writeGguf } from './write-gguf.ts'

/** Adds the GGUF form of a model folder to a store, with tokenizer, chat template and a manifest of its own: another artefact with another digest. Throws MODEL_*. */
export async function addGguf(modelFolder: string, store: string): Promise<StoredModel> {
  const manifest = await loadManifest(modelFolder)
  const folder = await mkdtemp(join(tmpdir(), 'assay-gguf-'))
  try {
    await writeGguf(modelFolder, join(folder, 'model.gguf'))
    const beside = manifest.files
      .map(file => file.path)
      .filter(path => /^(tokenizer|config|tokenizer_config|generation_config)\.json$|^chat_template\.jinja$/.test(path))
    for (const path of beside) await copyFile(join(modelFolder, path), join(folder, path))
    return await addModel({ folder, store, name: manifest.name })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
