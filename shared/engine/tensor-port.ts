import type { Tensors, TensorType } from '../protocol/tensor-value.ts'

/** A dimension is a number, or a name that stands for the same number everywhere in one call. */
export interface TensorSpec {
  readonly name: string
  readonly type: TensorType
  readonly shape: readonly (number | string)[]
}

/** What runs a graph that need be no language model: named tensors in, named tensors out. */
export interface TensorEngine {
  /** Where it runs, e.g. cpu. */
  readonly provider: string
  /** The graph's own signature. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** One run for these outputs. The inputs must fit the signature. Throws ENGINE_RUN, ENGINE_CRASHED and the signal's reason. */
  run(inputs: Tensors, outputs: readonly string[], signal: AbortSignal): Promise<Tensors>
  close(): Promise<void>
}
