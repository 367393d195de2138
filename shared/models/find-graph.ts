import { AssayError } from '../errors/assay-error.ts'
import type { ManifestFile } from './manifest.ts'

/** What runs the weights of an artefact: ONNX Runtime a graph, llama.cpp a GGUF file. */
export type GraphFormat = 'onnx' | 'gguf'

/** The one file of an artefact that holds its graph; throws MODEL_FILE_UNLISTED where there is none, MODEL_GRAPH where there are several. */
export function findGraph(files: readonly ManifestFile[]): { path: string; format: GraphFormat } {
  const graphs = files.map(file => file.path).filter(path => /\.(onnx|gguf)$/.test(path))
  const [path] = graphs
  if (path === undefined) throw new AssayError('MODEL_FILE_UNLISTED', { file: 'model.onnx', where: 'every model' })
  if (graphs.length > 1)
    throw new AssayError('MODEL_GRAPH', {
      file: path,
      problem: `the manifest lists ${graphs.length} graphs (${graphs.join(', ')}) and one is needed`,
    })
  return { path, format: path.endsWith('.gguf') ? 'gguf' : 'onnx' }
}
