import { Type } from 'typebox'
import { AssayError } from '../errors/assay-error.ts'
import { Base64 } from './fields.ts'
import { parserOf } from './parser-of.ts'

import { readNumbers, writeNumbers } from './tensor-numbers.ts'
import { elementBytes, type Tensors, type TensorType, type TensorValue } from './tensor-value.ts'

/** Body of POST /v1/infer in either form. */
export interface InferRequest {
  readonly model: string
  readonly inputs: Tensors
  /** The outputs that are wanted; all of them where none is named. */
  readonly outputs: readonly string[]
}

const name = Type.String({ minLength: 1, maxLength: 200 })
/** Sizes of a tensor. */
export const TensorShape = Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }), { maxItems: 8 })
/** Its element type. */
export const TensorTypeName = Type.Union([
  ...[Type.Literal('float32'), Type.Literal('float64'), Type.Literal('float16'), Type.Literal('int8'), Type.Literal('int16')],
  ...[Type.Literal('int32'), Type.Literal('int64'), Type.Literal('uint8'), Type.Literal('uint16'), Type.Literal('uint32')],
  ...[Type.Literal('uint64'), Type.Literal('bool')],
])
/** The outputs that a request wants. */
export const WantedOutputs = Type.Optional(Type.Array(name, { maxItems: 64 }))
const data = Type.Union([Base64(64_000_000), Type.Array(Type.Union([Type.Number(), Type.Boolean()]), { maxItems: 4_000_000 })])
const Input = Type.Object({ type: TensorTypeName, shape: TensorShape, data }, { additionalProperties: false })
const maxInputs = 64
const Body = Type.Object(
  { model: name, inputs: Type.Record(name, Input, { maxProperties: maxInputs }), outputs: WantedOutputs },
  { additionalProperties: false },
)
const parseBody = parserOf(Body, 'PROTO_SHAPE', 'request for inference')
/** Elements of an answer that are told as numbers: a list of millions holds up everybody for seconds. */
const maxListed = 1_000_000

/** Reads the JSON form: elements as a list of numbers, or as base64 of their bytes. Throws PROTO_SHAPE, PROTO_PARAMETER. */
export function parseInferJson(value: unknown): InferRequest {
  // Asked before the schema, which would look at each of a million inputs first.
  if (inputCount(value) > maxInputs) throw new AssayError('PROTO_PARAMETER', { param: 'inputs', problem: `must be at most ${maxInputs}` })
  const { model, inputs, outputs = [] } = parseBody(value)
  const tensors = Object.entries(inputs).map(([key, { type, shape, data: given }]): [string, TensorValue] => {
    const bytes = typeof given === 'string' ? Buffer.from(given, 'base64') : writeNumbers(type, given)
    if ('problem' in bytes) throw new AssayError('PROTO_PARAMETER', { param: `inputs.${key.slice(0, 50)}.data`, problem: bytes.problem })
    return [key, { type, shape, bytes }]
  })
  return { model, inputs: Object.fromEntries(tensors), outputs }
}

function inputCount(value: unknown): number {
  if (typeof value !== 'object' || value === null || !('inputs' in value)) return 0
  return typeof value.inputs === 'object' && value.inputs !== null ? Object.keys(value.inputs).length : 0
}

/** A tensor in the JSON form: a list of numbers where they are not too many and every number has one exact text, else base64. */
export function tensorJson(tensor: TensorValue): {
  readonly type: TensorType
  readonly shape: readonly number[]
  readonly data: readonly number[] | string
} {
  const { type, shape, bytes } = tensor
  const listed = bytes.length <= maxListed * elementBytes[type] ? readNumbers(tensor) : null
  return { type, shape, data: listed ?? Buffer.from(bytes).toString('base64') }
}
