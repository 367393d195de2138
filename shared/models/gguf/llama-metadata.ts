import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../../errors/assay-error.ts'
import type { Manifest } from '../manifest.ts'
import { type GgufValue, tokenType } from './gguf-format.ts'

/** The JSON files of a model folder, as parsed; `config` may be empty. */
export interface ModelJson {
  readonly manifest: Manifest
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
  readonly config: unknown
}

const Bpe = Compile(
  Type.Object({
    added_tokens: Type.Optional(
      Type.Array(Type.Object({ id: Type.Integer({ minimum: 0 }), content: Type.String(), special: Type.Optional(Type.Boolean()) })),
    ),
    pre_tokenizer: Type.Optional(Type.Unknown()),
    model: Type.Object({
      type: Type.Literal('BPE'),
      vocab: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
      merges: Type.Array(Type.Union([Type.String(), Type.Tuple([Type.String(), Type.String()])])),
    }),
  }),
)
const TokenizerConfig = Compile(Type.Object({ chat_template: Type.Optional(Type.String()), add_bos_token: Type.Optional(Type.Boolean()) }))
const Config = Compile(
  Type.Object({
    rms_norm_eps: Type.Optional(Type.Number()),
    rope_theta: Type.Optional(Type.Number()),
    pad_token_id: Type.Optional(Type.Unknown()),
  }),
)

/** The metadata that llama.cpp needs of a llama decoder with a byte-level BPE tokenizer; `ff` is the width of the feed-forward part. Throws MODEL_TOKENIZER. */
export function llamaMetadata({ manifest, tokenizer, tokenizerConfig, config }: ModelJson, ff: number): Map<string, GgufValue> {
  const { shapes, name } = manifest
  const refuse = (problem: string) => new AssayError('MODEL_TOKENIZER', { model: name, problem })
  if (!Bpe.Check(tokenizer)) throw refuse(`as GGUF it must be byte-level BPE: ${Bpe.Errors(tokenizer)[0]?.message ?? 'it is not'}`)
  if (!TokenizerConfig.Check(tokenizerConfig)) throw refuse('tokenizer_config.json is malformed')
  const given = Config.Check(config) ? config : {}
  const tokens = tokensOf(tokenizer, shapes.vocab)
  const uint32 = (value: number): GgufValue => ({ type: 'uint32', value })
  const float32 = (value: number): GgufValue => ({ type: 'float32', value })
  const string = (value: string): GgufValue => ({ type: 'string', value })
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', string('llama')],
    ['general.name', string(name)],
    ['general.file_type', uint32(0)],
    ['llama.vocab_size', uint32(shapes.vocab)],
    ['llama.context_length', uint32(shapes.context)],
    ['llama.embedding_length', uint32(shapes.hidden)],
    ['llama.block_count', uint32(shapes.layers)],
    ['llama.feed_forward_length', uint32(ff)],
    ['llama.attention.head_count', uint32(shapes.heads)],
    ['llama.attention.head_count_kv', uint32(shapes.kvHeads)],
    ['llama.attention.key_length', uint32(shapes.headDim)],
    ['llama.attention.value_length', uint32(shapes.headDim)],
    ['llama.rope.dimension_count', uint32(shapes.headDim)],
    ['llama.attention.layer_norm_rms_epsilon', float32(given.rms_norm_eps ?? 1e-5)],
    ['llama.rope.freq_base', float32(given.rope_theta ?? 10_000)],
    ['tokenizer.ggml.model', string('gpt2')],
    // How text is split before the merges: with digits one by one, or as GPT-2 did.
    [
      'tokenizer.ggml.pre',
      string(JSON.stringify(tokenizer.pre_tokenizer ?? null).includes('"individual_digits":true') ? 'smollm' : 'gpt-2'),
    ],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens.map(token => token.text) }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: tokens.map(token => token.type) }],
    [
      'tokenizer.ggml.merges',
      { type: 'strings', value: tokenizer.model.merges.map(merge => (typeof merge === 'string' ? merge : merge.join(' '))) },
    ],
    ['tokenizer.ggml.eos_token_id', uint32(manifest.eosTokenIds[0] ?? 0)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: tokenizerConfig.add_bos_token ?? manifest.bosTokenId !== null }],
  ])
  if (manifest.bosTokenId !== null) metadata.set('tokenizer.ggml.bos_token_id', uint32(manifest.bosTokenId))
  if (typeof given.pad_token_id === 'number') metadata.set('tokenizer.ggml.padding_token_id', uint32(given.pad_token_id))
  if (tokenizerConfig.chat_template !== undefined) metadata.set('tokenizer.chat_template', string(tokenizerConfig.chat_template))
  return metadata
}

interface BpeFile {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[]
  readonly model: { readonly vocab: Readonly<Record<string, number>> }
}

// llama.cpp wants a text for every row of the embedding; rows without a token get one that no text contains.
function tokensOf(file: BpeFile, vocab: number): { text: string; type: number }[] {
  const tokens = Array.from({ length: vocab }, (_, id): { text: string; type: number } => ({
    text: `<unused${id}>`,
    type: tokenType.unused,
  }))
  for (const [text, id] of Object.entries(file.model.vocab)) if (id < vocab) tokens[id] = { text, type: tokenType.normal }
  for (const { id, content, special } of file.added_tokens ?? [])
    if (id < vocab) tokens[id] = { text: content, type: special === true ? tokenType.control : tokenType.userDefined }
  return tokens
}
