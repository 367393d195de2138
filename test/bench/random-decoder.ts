import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementType } from '../../shared/models/onnx/graph.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { createGraphWriter } from './onnx-writer.ts'
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

/** A llama-style decoder (RoPE, RMSNorm, SwiGLU, grouped-query attention) with random weights, in the layout of Hugging Face exports. */
export function buildRandomDecoder(shape: DecoderShape): Uint8Array {
  const { layers, hidden, heads, kvHeads, ff, vocab, context } = shape
  const headDim = hidden / heads
  const random = gaussians(shape.seed)
  const graph = createGraphWriter()
  const { node, longs, float } = graph
  const weight = (name: string, rows: number, columns: number, scale = 1 / Math.sqrt(rows)) =>
    graph.floats(
      name,
      [rows, columns],
      Float32Array.from({ length: rows * columns }, () => random() * scale),
    )
  const linear = (input: string, name: string, rows: number, columns: number) =>
    node('MatMul', [input, weight(`model.${name}.weight`, rows, columns)], `/model/${name}/MatMul`)
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
  graph.value('input', 'position_ids', elementType.int64, ['batch', 'sequence'])
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
  const queries = node('Unsqueeze', [node('Range', [past, total, longs([1], [])], '/model/mask/Queries'), longs([1])], '/model/mask/Column')
  const causal = node('LessOrEqual', [keys, queries], '/model/mask/Causal')
  const real = node('Cast', ['attention_mask'], '/model/mask/Real', { to: elementType.bool })
  const seen = node('And', [causal, node('Unsqueeze', [real, longs([1, 2])], '/model/mask/RealWide')], '/model/mask/Seen')
  const mask = node('Unsqueeze', [node('Where', [seen, float(0), float(-1e9)], '/model/mask/Where'), longs([1])], '/model/mask/Wide')

  let stream = node('Gather', [weight('model.embed_tokens.weight', vocab, hidden, 1), 'input_ids'], '/model/embed_tokens/Gather')
  for (let layer = 0; layer < layers; layer++) {
    const at = `layers.${layer}`
    const cached = ['key', 'value'].map(kind =>
      graph.value('input', `past_key_values.${layer}.${kind}`, elementType.float, ['batch', kvHeads, 'past', headDim]),
    )
    const normed = norm(stream, `${at}.input_layernorm`)
    const query = rotate(split(linear(normed, `${at}.self_attn.q_proj`, hidden, hidden), `${at}.q`, heads), `${at}.q_rope`)
    const key = rotate(split(linear(normed, `${at}.self_attn.k_proj`, hidden, kvHeads * headDim), `${at}.k`, kvHeads), `${at}.k_rope`)
    const value = split(linear(normed, `${at}.self_attn.v_proj`, hidden, kvHeads * headDim), `${at}.v`, kvHeads)
    const allKeys = node('Concat', [cached[0] ?? '', key], `present.${layer}.key`, { axis: 2 })
    const allValues = node('Concat', [cached[1] ?? '', value], `present.${layer}.value`, { axis: 2 })
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
    const masked = node('Add', [scores, node('Unsqueeze', [mask, longs([1])], `/model/${at}/Mask`)], `/model/${at}/Masked`)
    const shares = node('Softmax', [masked], `/model/${at}/Softmax`, { axis: -1 })
    const mixed = node('MatMul', [shares, node('Unsqueeze', [allValues, longs([2])], `/model/${at}/Values`)], `/model/${at}/Mixed`)
    const flat = node('Reshape', [mixed, longs([0, heads, -1, headDim])], `/model/${at}/Flat`)
    const joined = node(
      'Reshape',
      [node('Transpose', [flat], `/model/${at}/Back`, { perm: [0, 2, 1, 3] }), longs([0, 0, hidden])],
      `/model/${at}/Joined`,
    )
    const attended = node('Add', [stream, linear(joined, `${at}.self_attn.o_proj`, hidden, hidden)], `/model/${at}/Attended`)
    const ready = norm(attended, `${at}.post_attention_layernorm`)
    const gate = linear(ready, `${at}.mlp.gate_proj`, hidden, ff)
    const swish = node('Mul', [gate, node('Sigmoid', [gate], `/model/${at}/Sigmoid`)], `/model/${at}/Swish`)
    const product = node('Mul', [swish, linear(ready, `${at}.mlp.up_proj`, hidden, ff)], `/model/${at}/Product`)
    stream = node('Add', [attended, linear(product, `${at}.mlp.down_proj`, ff, hidden)], `/model/layers.${layer}/output`)
    for (const [kind, name] of [
      ['key', allKeys],
      ['value', allValues],
    ] as const)
      graph.value('output', name, elementType.float, ['batch', kvHeads, `total_${kind}`, headDim])
  }
  norm(stream, 'norm', 'hidden_states')
  // Logits of standard deviation 2.5: about as certain as a small language model, not flat.
  node('MatMul', ['hidden_states', weight('lm_head.weight', hidden, vocab, 2.5 / Math.sqrt(hidden))], 'logits')
  graph.value('output', 'logits', elementType.float, ['batch', 'sequence', vocab])
  graph.value('output', 'hidden_states', elementType.float, ['batch', 'sequence', hidden])
  return graph.build()
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
