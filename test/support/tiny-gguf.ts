import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addGguf } from '../../shared/models/gguf/add-gguf.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { tinyModelFolder } from './test-miner.ts'

/** A model folder as GGUF in a store of its own, the tiny model's unless told, until it is removed. */
export async function openGguf(from: string = tinyModelFolder): Promise<{ model: LoadedModel; remove(): Promise<void> }> {
  const store = await mkdtemp(join(tmpdir(), 'assay-gguf-'))
  const { folder } = await addGguf(from, store)
  return { model: await loadModel(folder), remove: () => rm(store, { recursive: true, force: true }) }
}
