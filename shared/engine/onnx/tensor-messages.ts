import type { Tensors } from '../../protocol/tensor-value.ts'
import type { TensorSpec } from '../tensor-port.ts'
import type { SentError } from './worker-messages.ts'

/** What the thread of a graph is told. */
export type ToTensorWorker =
  | { readonly kind: 'open'; readonly model: string; readonly graph: string; readonly provider: string; readonly threads: number }
  | { readonly kind: 'run'; readonly id: number; readonly inputs: Tensors; readonly outputs: readonly string[] }

/** What it answers; an error with id 0 is one of opening. */
export type FromTensorWorker =
  | {
      readonly kind: 'ready'
      readonly provider: string
      readonly inputs: readonly TensorSpec[]
      readonly outputs: readonly TensorSpec[]
      readonly warning?: string
    }
  | { readonly kind: 'result'; readonly id: number; readonly outputs: Tensors }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
