import { Type } from 'typebox'
import { AssayError } from '../errors/assay-error.ts'
import { type InferRequest, TensorShape, TensorTypeName, WantedOutputs } from './infer.ts'
import { parserOf } from './parser-of.ts'
import { type Tensors, type TensorValue, tensorBytes } from './tensor-value.ts'

/** The media type of the binary form: the length of a JSON head as u32 little-endian, the head, then the bytes of its tensors one after another. */
export const tensorsType = 'application/vnd.assay.tensors'

const name = Type.String({ minLength: 1, maxLength: 200 })
const Named = Type.Object({ name, type: TensorTypeName, shape: TensorShape }, { additionalProperties: false })
const Head = Type.Object(
  { model: name, tensors: Type.Array(Named, { maxItems: 64 }), outputs: WantedOutputs },
  { additionalProperties: false },
)
const parseHead = parserOf(Head, 'PROTO_SHAPE', 'head of tensors')

/** Reads the binary form. Throws PROTO_SHAPE. */
export function unpackTensors(body: Uint8Array): InferRequest {
  const refuse = (problem: string) => new AssayError('PROTO_SHAPE', { what: 'list of tensors', path: '/', problem })
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const headLength = view.length >= 4 ? view.readUInt32LE(0) : Number.POSITIVE_INFINITY
  if (headLength > Math.min(view.length - 4, 100_000)) throw refuse('its head is cut off')
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(view.subarray(4, 4 + headLength)))
  } catch {
    throw refuse('its head is no JSON text in UTF-8')
  }
  const { model, tensors, outputs: wanted = [] } = parseHead(head)
  let at = 4 + headLength
  const inputs = tensors.map((tensor): [string, TensorValue] => {
    const length = tensorBytes(tensor.type, tensor.shape)
    if (at + length > view.length) throw refuse(`${tensor.name} is cut off`)
    at += length
    return [tensor.name, { type: tensor.type, shape: tensor.shape, bytes: view.subarray(at - length, at) }]
  })
  if (at !== view.length) throw refuse(`${view.length - at} bytes are left over`)
  if (new Set(tensors.map(tensor => tensor.name)).size !== tensors.length) throw refuse('a tensor twice')
  return { model, inputs: Object.fromEntries(inputs), outputs: wanted }
}

/** Writes the binary form of a request or an answer. */
export function packTensors(model: string, tensors: Tensors, wanted?: readonly string[]): Buffer {
  const entries = Object.entries(tensors)
  const list = entries.map(([key, tensor]) => ({ name: key, type: tensor.type, shape: tensor.shape }))
  const head = Buffer.from(JSON.stringify({ model, tensors: list, ...(wanted && { outputs: wanted }) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  return Buffer.concat([length, head, ...entries.map(([, { bytes }]) => bytes)])
}
