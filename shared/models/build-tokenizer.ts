import { Tokenizer } from '@huggingface/tokenizers'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { Manifest } from './manifest.ts'
import { type SpecialToken, specialAlias, toText } from './special-marks.ts'

/** Text to token ids and back, with special tokens out of a text's reach. */
export interface ModelTokenizer {
  /** Ids of a text as a piece of a longer one; what looks like a special token is ordinary text. */
  encode(text: string): number[]
  /** Text of token ids without special tokens; an id outside the vocabulary becomes U+FFFD. */
  decode(ids: readonly number[]): string
  /** Text that a token has whatever stands beside it; undefined where that may differ, or is no whole characters. Left out where no token is known to be so. */
  pieceOf?(id: number): string | undefined
  /** Ids of a plain prompt: as `encode`, with the beginning-of-sequence token where the tokenizer's files ask for it. */
  encodePrompt(text: string): number[]
  /** Ids of a text whose special tokens stand as marks (see special-marks.ts). */
  encodeMarked(marked: string): number[]
  readonly specials: readonly SpecialToken[]
}

const AddedToken = Type.Object({
  id: Type.Integer({ minimum: 0 }),
  content: Type.String({ minLength: 1 }),
  special: Type.Optional(Type.Boolean()),
})
const TokenizerFile = Type.Object({
  added_tokens: Type.Optional(Type.Array(AddedToken)),
  decoder: Type.Optional(Type.Unknown()),
  model: Type.Object({ vocab: Type.Union([Type.Record(Type.String(), Type.Integer()), Type.Array(Type.Unknown())]) }),
})
const TokenizerConfig = Type.Object({
  add_bos_token: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  clean_up_tokenization_spaces: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
})
const tokenizerFile = Compile(TokenizerFile)
const tokenizerConfig = Compile(TokenizerConfig)

/** Builds the tokenizer of tokenizer.json and tokenizer_config.json; throws MODEL_TOKENIZER where they cannot be used. */
export function buildTokenizer(file: unknown, config: unknown, manifest: Manifest): ModelTokenizer {
  const refuse = (problem: string, cause?: unknown) => new AssayError('MODEL_TOKENIZER', { model: manifest.name, problem }, { cause })
  if (!tokenizerFile.Check(file)) throw refuse(`tokenizer.json ${tokenizerFile.Errors(file)[0]?.message ?? 'is malformed'}`)
  if (!tokenizerConfig.Check(config)) throw refuse(`tokenizer_config.json ${tokenizerConfig.Errors(config)[0]?.message ?? 'is malformed'}`)
  const added = file.added_tokens ?? []
  const specials = added.filter(token => token.special === true).map(({ id, content }) => ({ id, content }))
  let original: Tokenizer
  let guarded: Tokenizer
  try {
    original = new Tokenizer({ ...file, added_tokens: added }, config)
    guarded = new Tokenizer(
      {
        ...file,
        added_tokens: added.map(token =>
          token.special === true ? { ...token, content: specialAlias(token.id), normalized: false } : token,
        ),
        model: { ...file.model, vocab: renameSpecials(file.model.vocab, specials) },
        post_processor: null,
      },
      config,
    )
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const encodeMarked = (marked: string) => (marked === '' ? [] : guarded.encode(marked, { add_special_tokens: false }).ids)
  const encode = (text: string) => encodeMarked(toText(text))
  const prefix = promptPrefix(original, config.add_bos_token ?? undefined, manifest.bosTokenId)
  const cleanUp = config.clean_up_tokenization_spaces ?? false
  const decode = (ids: readonly number[]) => decodeIds(original, ids, cleanUp)
  return {
    encode,
    encodeMarked,
    encodePrompt: text => [...prefix, ...encode(text)],
    decode,
    ...(isByteLevel(file.decoder) && !cleanUp && { pieceOf: createPieces(decode) }),
    specials,
  }
}

// This decoder puts the bytes of its tokens side by side, so that whole characters stay what they are.
function isByteLevel(decoder: unknown): boolean {
  return typeof decoder === 'object' && decoder !== null && 'type' in decoder && decoder.type === 'ByteLevel'
}

/** Remembers the text of each token once it was asked for: a stream asks for every one of its tokens. */
function createPieces(decode: (ids: readonly number[]) => string): (id: number) => string | undefined {
  const pieces = new Map<number, string>()
  return id => {
    const known = pieces.get(id)
    if (known !== undefined) return known
    const text = decode([id])
    // An id outside the vocabulary has no whole text either, so that there are never more than the vocabulary has.
    if (text.includes('\ufffd')) return undefined
    pieces.set(id, text)
    return text
  }
}

// Inside the model's own vocabulary a special token must not be reachable by merging characters either.
function renameSpecials(vocab: Record<string, number> | unknown[], specials: readonly SpecialToken[]): unknown {
  const aliasOf = new Map(specials.map(({ id, content }) => [content, specialAlias(id)]))
  if (Array.isArray(vocab))
    return vocab.map(piece => (Array.isArray(piece) ? [aliasOf.get(piece[0]) ?? piece[0], ...piece.slice(1)] : piece))
  return Object.fromEntries(Object.entries(vocab).map(([token, id]) => [aliasOf.get(token) ?? token, id]))
}

// `add_bos_token` decides where it is given; else the post-processor of tokenizer.json does, as in the Rust tokenizers.
function promptPrefix(original: Tokenizer, addBos: boolean | undefined, bosId: number | null): number[] {
  if (addBos === false || bosId === null) return []
  if (addBos === true) return [bosId]
  return original.encode('a', { add_special_tokens: true }).ids[0] === bosId ? [bosId] : []
}

// Ids come from strangers: an unknown one must not stop us from reading the rest.
function decodeIds(tokenizer: Tokenizer, ids: readonly number[], cleanUp: boolean): string {
  const options = { skip_special_tokens: true, clean_up_tokenization_spaces: cleanUp }
  const parts: string[] = []
  let run: number[] = []
  const flush = () => {
    if (run.length > 0) parts.push(tokenizer.decode(run, options))
    run = []
  }
  for (const id of ids) {
    if (tokenizer.id_to_token(id) !== undefined) {
      run.push(id)
      continue
    }
    flush()
    parts.push('\ufffd')
  }
  flush()
  return parts.join('')
}
