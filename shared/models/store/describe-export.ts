import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../../errors/assay-error.ts'
import type { GraphFormat } from '../find-graph.ts'
import type { GgufHeader } from '../gguf/parse-gguf.ts'
import type { Manifest } from '../manifest.ts'

/** What a manifest says besides its files. */
export type ModelTerms = Pick<Manifest, 'architecture' | 'precision' | 'shapes' | 'eosTokenIds' | 'bosTokenId' | 'tolerance'>

/** The JSON files beside a graph, as parsed; undefined where they are not there. */
export interface ExportFiles {
  readonly folder: string
  readonly graph: string
  readonly format: GraphFormat
  readonly config: unknown
  readonly generationConfig: unknown
  readonly gguf: GgufHeader | undefined
  /** What the operator says, where the name of the graph does not tell. */
  readonly precision: Manifest['precision'] | undefined
}

const count = Type.Integer({ minimum: 1, maximum: 0x7fff_ffff })
const TokenIds = Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Array(Type.Integer({ minimum: 0 })), Type.Null()]))
const Shapes = Type.Object({
  num_hidden_layers: count,
  hidden_size: count,
  num_attention_heads: count,
  num_key_value_heads: Type.Optional(count),
  head_dim: Type.Optional(Type.Union([count, Type.Null()])),
  vocab_size: count,
  max_position_embeddings: count,
})
const Config = Type.Object({ model_type: Type.Optional(Type.String()), eos_token_id: TokenIds, bos_token_id: TokenIds })
const Generation = Type.Object({ eos_token_id: TokenIds, bos_token_id: TokenIds })
const [shapes, config, generation] = [Compile(Shapes), Compile(Config), Compile(Generation)]

/** Tells shapes, end tokens and precision of an export in Hugging Face's layout or of a GGUF file; throws MODEL_EXPORT with what is missing. */
export function describeExport(files: ExportFiles): ModelTerms {
  const refuse = (problem: string) => new AssayError('MODEL_EXPORT', { folder: files.folder, problem })
  if (files.format === 'gguf') return describeGguf(files, refuse)
  // Models that see pictures too keep the numbers of their decoder in an inner object.
  const text = memberOf(files.config, 'text_config') ?? files.config
  const main = parse<Static<typeof Config>>(config, files.config, 'config.json', refuse)
  const numbers = parse<Static<typeof Shapes>>(shapes, text, 'config.json', refuse)
  const eosTokenIds = endsOf(files, memberOf(text, 'eos_token_id'))
  if (eosTokenIds.length === 0) throw refuse('neither generation_config.json nor config.json names an eos_token_id')
  const heads = numbers.num_attention_heads
  const precision = files.precision ?? precisionOf(files.graph)
  return {
    architecture: main.model_type ?? 'llama',
    precision,
    shapes: {
      layers: numbers.num_hidden_layers,
      hidden: numbers.hidden_size,
      heads,
      kvHeads: numbers.num_key_value_heads ?? heads,
      headDim: numbers.head_dim ?? Math.floor(numbers.hidden_size / heads),
      vocab: numbers.vocab_size,
      context: numbers.max_position_embeddings,
    },
    eosTokenIds,
    bosTokenId: idsOf(main.bos_token_id)[0] ?? idsOf(memberOf(text, 'bos_token_id'))[0] ?? null,
    tolerance: toleranceOf(precision),
  }
}

// general.file_type of GGUF files, where one precision names it.
const ggufPrecision: Readonly<Record<number, Manifest['precision']>> = {
  ...{ 0: 'fp32', 1: 'fp16', 2: 'int4', 3: 'int4', 7: 'int8', 14: 'int4', 15: 'int4', 32: 'bf16' },
}

function describeGguf({ gguf, ...files }: ExportFiles, refuse: (problem: string) => AssayError): ModelTerms {
  const number = (key: string) => {
    const value = gguf?.metadata.get(key)
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
  }
  const architecture = gguf?.metadata.get('general.architecture')
  if (typeof architecture !== 'string') throw refuse(`${files.graph} does not state general.architecture`)
  const needed = (key: string) => {
    const value = number(`${architecture}.${key}`)
    if (value === undefined) throw refuse(`${files.graph} does not state ${architecture}.${key}`)
    return value
  }
  const tokens = gguf?.metadata.get('tokenizer.ggml.tokens')
  const heads = needed('attention.head_count')
  const hidden = needed('embedding_length')
  const precision = files.precision ?? ggufPrecision[number('general.file_type') ?? -1]
  if (precision === undefined) throw refuse(`the precision of ${files.graph} is not known; name it with --precision`)
  const ends = ['eos_token_id', 'eot_token_id'].map(key => number(`tokenizer.ggml.${key}`)).filter(id => id !== undefined)
  const eosTokenIds = [...new Set([...ends, ...endsOf({ ...files, gguf }, undefined)])]
  if (eosTokenIds.length === 0) throw refuse(`${files.graph} does not state tokenizer.ggml.eos_token_id`)
  return {
    architecture,
    precision,
    shapes: {
      ...{ layers: needed('block_count'), hidden, heads },
      kvHeads: number(`${architecture}.attention.head_count_kv`) ?? heads,
      headDim: number(`${architecture}.attention.key_length`) ?? Math.floor(hidden / heads),
      vocab: Array.isArray(tokens) ? tokens.length : needed('vocab_size'),
      context: needed('context_length'),
    },
    eosTokenIds,
    bosTokenId: number('tokenizer.ggml.bos_token_id') ?? null,
    // llama.cpp keeps keys and values in fp16, whatever the weights are.
    tolerance: toleranceOf('fp16'),
  }
}

// generation_config.json counts where it is there: chat models end at more tokens than config.json names.
function endsOf({ generationConfig, config: main }: ExportFiles, inner: unknown): number[] {
  const given = generation.Check(generationConfig) ? idsOf(generationConfig.eos_token_id) : []
  if (given.length > 0) return given
  const stated = config.Check(main) ? idsOf(main.eos_token_id) : []
  return stated.length > 0 ? stated : idsOf(inner)
}

function idsOf(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value]
  return [...new Set(list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0))]
}

/** Exports carry the precision in the name of the graph: model_fp16.onnx, model_q4.onnx. */
function precisionOf(graph: string): Manifest['precision'] {
  const name = graph.split('/').at(-1) ?? graph
  if (/q4|bnb4|int4|4bit/i.test(name)) return 'int4'
  if (/int8|uint8|quantized|q8/i.test(name)) return 'int8'
  if (/bf16/i.test(name)) return 'bf16'
  return /fp16|f16|half/i.test(name) ? 'fp16' : 'fp32'
}

function toleranceOf(precision: Manifest['precision']): number {
  return precision === 'fp32' ? 0.001 : 0.05
}

interface Checker<T> {
  Check(value: unknown): value is T
  Errors(value: unknown): { readonly instancePath?: string; readonly message?: string }[]
}

function parse<T>(schema: Checker<T>, value: unknown, file: string, refuse: (problem: string) => AssayError): T {
  if (schema.Check(value)) return value
  const first = schema.Errors(value)[0]
  throw refuse(value === undefined ? `it has no ${file}` : `${file} at ${first?.instancePath || '/'} ${first?.message ?? 'is malformed'}`)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}
