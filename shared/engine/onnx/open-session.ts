import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { GraphOptimization } from './worker-messages.ts'

export type OnnxTensor = Tensor
export type OnnxSession = InferenceSession

/** Element types of the runtime's tensors that decoders use. */
export type ElementType = 'float32' | 'float16' | 'int64'

export interface OpenedSession {
  readonly session: OnnxSession
  /** Where it really runs. */
  readonly provider: string
  /** Why it does not run where it was asked to. */
  readonly warning?: string
}

/** Opens a graph (`folder` holds the external data of one given as bytes) with deterministic compute; a provider that cannot load gives way to cpu, with a warning. Only this file and run-tensors.ts import ONNX Runtime. */
export async function openSession(
  graph: string | Uint8Array,
  folder: string,
  provider: string,
  threads: number,
  optimization: GraphOptimization = 'all',
): Promise<OpenedSession> {
  if (provider === 'cpu') return { session: await open(graph, folder, 'cpu', threads, optimization), provider }
  try {
    return { session: await open(graph, folder, provider, threads, optimization), provider }
  } catch (cause) {
    const session = await open(graph, folder, 'cpu', threads, optimization)
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { session, provider: 'cpu', warning: `The provider ${provider} cannot load, so the model runs on cpu: ${reason}` }
  }
}

/** A tensor of the runtime over these elements. */
export function makeTensor(type: ElementType, data: Float32Array | Uint16Array | BigInt64Array, dims: readonly number[]): OnnxTensor {
  return new Tensor(type, data, dims)
}

function open(
  graph: string | Uint8Array,
  folder: string,
  provider: string,
  threads: number,
  graphOptimizationLevel: GraphOptimization,
): Promise<OnnxSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // The same prompt must give the same logits again, and waiting threads must not burn the cores of other programs.
    extra: {
      session: {
        use_deterministic_compute: '1',
        intra_op: { allow_spinning: '0' },
        ...(typeof graph !== 'string' && { model_external_initializers_file_folder_path: folder }),
      },
    },
  }
  return typeof graph === 'string' ? InferenceSession.create(graph, options) : InferenceSession.create(graph, options)
}
