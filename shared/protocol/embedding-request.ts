import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'

/** A request for embeddings in OpenAI's protocol, read into one form. */
export interface EmbeddingRequest {
  readonly model: string
  readonly inputs: readonly (string | readonly number[])[]
  readonly encoding: 'float' | 'base64'
}

/** Texts that one request may bring. */
export const maxEmbeddingInputs = 256

const text = Type.String({ minLength: 1, maxLength: 1_000_000 })
const ids = Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }), { minItems: 1, maxItems: 131_072 })
const some = { minItems: 1, maxItems: maxEmbeddingInputs }
const fields = {
  model: Type.String({ minLength: 1, maxLength: 200 }),
  input: Type.Union([text, Type.Array(text, some), ids, Type.Array(ids, some)]),
  encoding_format: Type.Optional(Type.Union([Type.Literal('float'), Type.Literal('base64'), Type.Null()])),
  dimensions: Type.Optional(Type.Null()),
}
const body = Compile(Type.Object(fields))
const problems: readonly (readonly [name: keyof typeof fields, problem: string])[] = [
  ['model', 'must be a text'],
  ['input', `must be a text, a list of token ids, or up to ${maxEmbeddingInputs} of either, none of them empty`],
  ['encoding_format', 'must be float or base64'],
  ['dimensions', 'is not supported here'],
]

/** Reads a request for embeddings; throws PROTO_PARAMETER, which names the parameter. */
export function parseEmbeddingRequest(value: unknown): EmbeddingRequest {
  if (!body.Check(value)) {
    const [param, problem] = problems.find(([name]) => !fits(name, value)) ?? ['body', 'must be an object']
    throw new AssayError('PROTO_PARAMETER', { param, problem })
  }
  const { model, input, encoding_format: encoding } = value
  return { model, inputs: inputsOf(input), encoding: encoding ?? 'float' }
}

function fits(name: keyof typeof fields, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Compile(Type.Object({ [name]: fields[name] })).Check({ [name]: Object.getOwnPropertyDescriptor(value, name)?.value })
}

function inputsOf(input: string | (string | number | number[])[]): (string | number[])[] {
  if (typeof input === 'string') return [input]
  const numbers = input.filter(one => typeof one === 'number')
  return numbers.length > 0 ? [numbers] : input.filter(one => typeof one !== 'number')
}
