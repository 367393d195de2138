import { AssayError } from '../../errors/assay-error.ts'

/** MODEL_GRAPH for a graph that is no decoder as we know them. */
export function layoutError(problem: string): AssayError {
  return new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem })
}
