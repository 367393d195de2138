import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { writeFileAtomically } from '../../util/write-file-atomically.ts'
import { loadModel } from '../load-model.ts'
import { encodeGguf } from './encode-gguf.ts'
import { llamaMetadata } from './llama-metadata.ts'
import { llamaTensors } from './llama-tensors.ts'

/** Writes the model of a folder (an fp32 graph with the tensor names of our recipe, byte-level BPE) as one GGUF file in fp32 for llama.cpp; the file appears when it is whole. Throws MODEL_*. */
export async function writeGguf(modelFolder: string, outPath: string): Promise<void> {
  const model = await loadModel(modelFolder)
  const tensors = llamaTensors(await readFile(model.graphPath), model.manifest)
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(model.folder, file), 'utf8'))
  const ff = tensors.find(tensor => tensor.name === 'blk.0.ffn_gate.weight')?.dims[1] ?? 0
  const metadata = llamaMetadata(
    {
      manifest: model.manifest,
      tokenizer: await json('tokenizer.json'),
      tokenizerConfig: await json('tokenizer_config.json'),
      config: model.manifest.files.some(file => file.path === 'config.json') ? await json('config.json') : {},
    },
    ff,
  )
  await writeFileAtomically(outPath, encodeGguf(metadata, tensors)).catch((cause: unknown) => {
    throw new AssayError('MODEL_WRITE', { file: outPath, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  })
}
