/** Element types of tensors that can be sent, and the bytes of one element. */
export const elementBytes = {
  ...{ float32: 4, float64: 8, float16: 2, int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1 },
} as const
export type TensorType = keyof typeof elementBytes

/** Elements in row-major order, little-endian. */
export interface TensorValue {
  readonly type: TensorType
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export type Tensors = Readonly<Record<string, TensorValue>>

/** Whether a type's name is one that can be sent. */
export function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(elementBytes, type)
}

/** Bytes of a tensor of this type and shape. */
export function tensorBytes(type: TensorType, shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, elementBytes[type])
}
