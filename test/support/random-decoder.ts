import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementType } from '../../shared/models/onnx/graph.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { createGraphWriter, int32, microsoft } from './onnx-writer.ts'
import { quantizeMatrix } from './quantize-matrix.ts'
import { chatTemplate, tokenizerConfig, tokenizerFile } from './random-tokenizer.ts'

export interface DecoderShape {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly ff: number
  readonly vocab: number
  readonly context: number
  readonly seed: number
}

/** About 49 MB: the size at which the arithmetic of a decoder outweighs everything around it. */
export const largeShape: DecoderShape = { layers: 4, hidden: 512, heads: 8, kvHeads: 4, ff: 1376, vocab: 1024, context: 1024, seed: 1 }
/** Small enough for unit tests. */
export const smallShape: DecoderShape = { layers: 2, hidden: 32, heads: 4, kvHeads: 2, ff: 64, vocab: 320, context: 128, seed: 1 }

interface AttentionInput {
  readonly at: string
  readonly layer: number
  /** Query, key and value of the new tokens, and the cached keys and values. */
  readonly projected: readonly [string, string, string]
  readonly cached: readonly [string, string]
}

/** The forms in which exporters write one and the same decoder. */
export interface DecoderForm {
  /** Attention in standard operators, or as one GroupQueryAttention that also rotates. */
  readonly attention?: 'standard' | 'group-query'
  /** Weights and cache as fp32 or fp16, or the matrices as 4-bit blocks of 32 (MatMulNBits) beside fp32. */
  readonly weights?: 'fp32' | 'fp16' | 'q4'
  /** Whether a graph in fp16 gives its logits as fp32, as some exporters do. */
  readonly wideLogits?: boolean
}

/** A llama-style decoder (RoPE, RMSNorm, SwiGLU, grouped-query attention) with random weights, in the layout of Hugging Face exports. */
export function buildRandomDecoder(
  shape: DecoderShape,
  { attention = 'standard', weights = 'fp32', wideLogits = false }: DecoderForm = {},
): Uint8Array {
  const { layers, hidden, heads, kvHeads, ff, vocab, context } = shape
  const headDim = hidden / heads
  const random = gaussians(shape.seed)
  const graph = createGraphWriter({ floats: weights === 'fp16' ? 'fp16' : 'fp32' })
  const { node, longs, float } = graph
  const draw = (rows: number, columns: number, scale = 1 / Math.sqrt(rows)) =>
    Float32Array.from({ length: rows * columns }, () => random() * scale)
  const multiply = (input: string, name: string, values: Float32Array, [rows, columns]: readonly [number, number], output: string) => {
    if (weights !== 'q4') return node('MatMul', [input, graph.floats(name, [rows, columns], values)], output)
    const { blocks, scales, blockSize } = quantizeMatrix(values, rows, columns)
    const perColumn = rows / blockSize
    const packed = graph.bytes(`${name}_Q4`, [columns, perColumn, blockSize / 2], blocks)
    const inputs = [input, packed, graph.floats(`${name}_scales`, [columns * perColumn], scales)]
    return node('MatMulNBits', inputs, output, { K: rows, N: columns, bits: 4, block_size: blockSize }, { domain: microsoft })
  }
  const linear = (input: string, name: string, rows: number, columns: number) =>
    multiply(input, `model.${name}.weight`, draw(rows, columns), [rows, columns], `/model/${name}/MatMul`)
  const norm = (input: string, name: string, output = `/model/${name}/Mul`) => {
    const mean = node('ReduceMean', [node('Mul', [input, input], `/model/${name}/Square`)], `/model/${name}/Mean`, {
      axes: [-1],
      keepdims: 1,
    })
    const root = node('Sqrt', [node('Add', [mean, float(1e-5)], `/model/${name}/Epsilon`)], `/model/${name}/Sqrt`)
    const ones = graph.floats(`model.${name}.weight`, [hidden], new Float32Array(hidden).fill(1))
    return node('Mul', [node('Div', [input, root], `/model/${name}/Div`), ones], output)
  }
  const split = (input: string, name: string, count: number) => {
    const parted = node('Reshape', [input, longs([0, 0, count, headDim])], `/model/${name}/Reshape`)
    return node('Transpose', [parted], `/model/${name}/Transpose`, { perm: [0, 2, 1, 3] })
  }

  graph.value('input', 'input_ids', elementType.int64, ['batch', 'sequence'])
  graph.value('input', 'attention_mask', elementType.int64, ['batch', 'total'])
  const standard = attention === 'standard'
  if (standard) graph.value('input', 'position_ids', elementType.int64, ['batch', 'sequence'])
  const angle = (position: number, index: number) => position / 10_000 ** ((2 * (index % (headDim / 2))) / headDim)
  const table = (name: string, of: (x: number) => number) => {
    const values = Float32Array.from({ length: context * headDim }, (_, at) => of(angle(Math.floor(at / headDim), at % headDim)))
    const rows = node(
      'Gather',
      [graph.floats(`model.rotary_emb.${name}`, [context, headDim], values), 'position_ids'],
      `/model/rotary/${name}`,
    )
    return node('Unsqueeze', [rows, longs([1])], `/model/rotary/${name}_wide`)
  }
  const standardAttention = () => {
    const cos = table('cos', Math.cos)
    const sin = table('sin', Math.sin)
    const rotate = (input: string, name: string) => {
      const low = node('Slice', [input, longs([0]), longs([headDim / 2]), longs([3])], `/model/${name}/Low`)
      const high = node('Slice', [input, longs([headDim / 2]), longs([headDim]), longs([3])], `/model/${name}/High`)
      const turned = node('Concat', [node('Neg', [high], `/model/${name}/Neg`), low], `/model/${name}/Turned`, { axis: 3 })
      return node(
        'Add',
        [node('Mul', [input, cos], `/model/${name}/Cos`), node('Mul', [turned, sin], `/model/${name}/Sin`)],
        `/model/${name}/Add`,
      )
    }

    // A query at place q of the whole sequence sees the keys 0..q that the attention mask admits.
    const lengthOf = (input: string) =>
      node('Gather', [node('Shape', [input], `/model/mask/${input}/Shape`), longs([1], [])], `/model/mask/${input}/Length`)
    const total = lengthOf('attention_mask')
    const past = node('Sub', [total, lengthOf('input_ids')], '/model/mask/Past')
    const keys = node('Range', [longs([0], []), total, longs([1], [])], '/model/mask/Keys')
    const queries = node(
      'Unsqueeze',
      [node('Range', [past, total, longs([1], [])], '/model/mask/Queries'), longs([1])],
      '/model/mask/Column',
    )
    const causal = node('LessOrEqual', [keys, queries], '/model/mask/Causal')
    const real = node('Cast', ['attention_mask'], '/model/mask/Real', { to: elementType.bool })
    const seen = node('And', [causal, node('Unsqueeze', [real, longs([1, 2])], '/model/mask/RealWide')], '/model/mask/Seen')
    const mask = node(
      'Unsqueeze',
      [node('Where', [seen, float(0), float(weights === 'fp16' ? -65_504 : -1e9)], '/model/mask/Where'), longs([1])],
      '/model/mask/Wide',
    )
    return ({ at, layer, projected, cached }: AttentionInput): string => {
      const query = rotate(split(projected[0], `${at}.q`, heads), `${at}.q_rope`)
      const key = rotate(split(projected[1], `${at}.k`, kvHeads), `${at}.k_rope`)
      const value = split(projected[2], `${at}.v`, kvHeads)
      const allKeys = node('Concat', [cached[0], key], `present.${layer}.key`, { axis: 2 })
      const allValues = node('Concat', [cached[1], value], `present.${layer}.value`, { axis: 2 })
      const grouped = node('Reshape', [query, longs([0, kvHeads, heads / kvHeads, -1, headDim])], `/model/${at}/Grouped`)
      const turned = node(
        'Unsqueeze',
        [node('Transpose', [allKeys], `/model/${at}/Turned`, { perm: [0, 1, 3, 2] }), longs([2])],
        `/model/${at}/Keys`,
      )
      const scores = node(
        'Mul',
        [node('MatMul', [grouped, turned], `/model/${at}/Scores`), float(1 / Math.sqrt(headDim))],
        `/model/${at}/Scaled`,
      )
      const masked = node('Add', [scores, mask], `/model/${at}/Masked`)
      const shares = node('Softmax', [masked], `/model/${at}/Softmax`, { axis: -1 })
      const mixed = node('MatMul', [shares, node('Unsqueeze', [allValues, longs([2])], `/model/${at}/Values`)], `/model/${at}/Mixed`)
      const flat = node('Reshape', [mixed, longs([0, heads, -1, headDim])], `/model/${at}/Flat`)
      return node(
        'Reshape',
        [node('Transpose', [flat], `/model/${at}/Back`, { perm: [0, 2, 1, 3] }), longs([0, 0, hidden])],
        `/model/${at}/Joined`,
      )
    }
  }
  const groupQueryAttention = () => {
    const half = headDim / 2
    const cache = (name: string, of: (x: number) => number) =>
      graph.floats(
        `${name}_cache`,
        [context, half],
        Float32Array.from({ length: context * half }, (_, at) => of(angle(Math.floor(at / half), at % half))),
      )
    const [cos, sin] = [cache('cos', Math.cos), cache('sin', Math.sin)]
    const counted = node('ReduceSum', ['attention_mask', longs([1])], '/model/attn_mask/Sum', { keepdims: 0 })
    const last = node('Sub', [counted, longs([1])], '/model/attn_mask/Last')
    const lengths = node('Cast', [last], '/model/attn_mask/Lengths', { to: int32 })
    const total = node('Gather', [node('Shape', ['attention_mask'], '/model/attn_mask/Shape'), longs([1], [])], '/model/attn_mask/Length')
    const longest = node('Cast', [total], '/model/attn_mask/Total', { to: int32 })
    return ({ at, layer, projected, cached }: AttentionInput): string =>
      node(
        'GroupQueryAttention',
        [...projected, ...cached, lengths, longest, cos, sin],
        `/model/${at}/attn/GroupQueryAttention`,
        { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 },
        { domain: microsoft, more: [`present.${layer}.key`, `present.${layer}.value`] },
      )
  }
  const attend = standard ? standardAttention() : groupQueryAttention()

  let stream = node(
    'Gather',
    [graph.floats('model.embed_tokens.weight', [vocab, hidden], draw(vocab, hidden, 1)), 'input_ids'],
    '/model/embed_tokens/Gather',
  )
  for (let layer = 0; layer < layers; layer++) {
    const at = `layers.${layer}`
    const cached = (kind: string) =>
      graph.value('input', `past_key_values.${layer}.${kind}`, graph.floatType, ['batch', kvHeads, 'past', headDim])
    const normed = norm(stream, `${at}.input_layernorm`)
    const projected = [
      linear(normed, `${at}.self_attn.q_proj`, hidden, hidden),
      linear(normed, `${at}.self_attn.k_proj`, hidden, kvHeads * headDim),
      linear(normed, `${at}.self_attn.v_proj`, hidden, kvHeads * headDim),
    ] as const
    const joined = attend({ at, layer, projected, cached: [cached('key'), cached('value')] })
    const attended = node('Add', [stream, linear(joined, `${at}.self_attn.o_proj`, hidden, hidden)], `/model/${at}/Attended`)
    const ready = norm(attended, `${at}.post_attention_layernorm`)
    const gate = linear(ready, `${at}.mlp.gate_proj`, hidden, ff)
    const swish = node('Mul', [gate, node('Sigmoid', [gate], `/model/${at}/Sigmoid`)], `/model/${at}/Swish`)
    const product = node('Mul', [swish, linear(ready, `${at}.mlp.up_proj`, hidden, ff)], `/model/${at}/Product`)
    stream = node('Add', [attended, linear(product, `${at}.mlp.down_proj`, ff, hidden)], `/model/layers.${layer}/output`)
    for (const kind of ['key', 'value'])
      graph.value('output', `present.${layer}.${kind}`, graph.floatType, ['batch', kvHeads, `total_${kind}`, headDim])
  }
  norm(stream, 'norm', 'hidden_states')
  // Logits of standard deviation 2.5: about as certain as a small language model, not flat.
  const narrow = wideLogits && weights === 'fp16'
  const values = draw(hidden, vocab, 2.5 / Math.sqrt(hidden))
  multiply('hidden_states', 'lm_head.weight', values, [hidden, vocab], narrow ? '/lm_head/MatMul' : 'logits')
  if (narrow) node('Cast', ['/lm_head/MatMul'], 'logits', { to: elementType.float })
  graph.value('output', 'logits', narrow ? elementType.float : graph.floatType, ['batch', 'sequence', vocab])
  // Our own recipe gives the last hidden rows too; other exporters do not.
  if (standard && weights === 'fp32') graph.value('output', 'hidden_states', elementType.float, ['batch', 'sequence', hidden])
  return graph.build()
}

/** The config.json that an export of such a decoder has. */
export function configOf({ layers, hidden, heads, kvHeads, ff, vocab, context }: DecoderShape) {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: hidden,
    intermediate_size: ff,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    vocab_size: vocab,
    max_position_embeddings: context,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    bos_token_id: 1,
    eos_token_id: 2,
  }
}

/** Writes a random decoder with tokenizer and manifest into a new temporary folder. */
export async function writeRandomDecoder(shape: DecoderShape): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-decoder-'))
  const contents: Record<string, string | Uint8Array> = {
    'model.onnx': buildRandomDecoder(shape),
    'tokenizer.json': JSON.stringify(tokenizerFile(shape.vocab)),
    'tokenizer_config.json': JSON.stringify({ ...tokenizerConfig, chat_template: chatTemplate }),
  }
  await writeModelFolder(folder, contents, shape)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function writeModelFolder(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  shape: DecoderShape,
): Promise<void> {
  const { layers, hidden, heads, kvHeads, vocab, context } = shape
  const files = Object.entries(contents).map(([path, content]) => ({
    path,
    sha256: sha256Hex(content),
    sizeBytes: Buffer.byteLength(content),
  }))
  const manifest = {
    version: 'assay/manifest/1',
    name: 'random-decoder',
    architecture: 'llama',
    precision: 'fp32',
    files,
    shapes: { layers, hidden, heads, kvHeads, headDim: hidden / heads, vocab, context },
    eosTokenIds: [2],
    bosTokenId: 1,
    knownAnswers: [],
    tolerance: 0.001,
    figures: {},
  }
  for (const [path, content] of Object.entries(contents)) await writeFile(join(folder, path), content)
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

// Box-Muller over the mulberry32 generator: the same weights on every machine.
function gaussians(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 0x1_0000_0000
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
