/** Numbers of the GGUF format, version 3. */
export const ggufVersion = 3
export const ggufAlignment = 32
export const ggufType = {
  ...{ uint8: 0, int8: 1, uint16: 2, int16: 3, uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 },
  ...{ uint64: 10, int64: 11, float64: 12 },
} as const

/** A value of the metadata; the writer needs no other types. */
export type GgufValue =
  | { readonly type: 'uint32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] }

/** Kinds of token in `tokenizer.ggml.token_type`. */
export const tokenType = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const

/** A tensor of fp32 elements; the first dimension is the one whose elements lie side by side. */
export interface GgufTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** The next multiple of the alignment. */
export function align(length: number, alignment = ggufAlignment): number {
  return Math.ceil(length / alignment) * alignment
}
