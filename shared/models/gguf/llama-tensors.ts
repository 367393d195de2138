import { AssayError } from '../../errors/assay-error.ts'
import type { Manifest } from '../manifest.ts'
import { floatData } from '../onnx/float-data.ts'
import { type OnnxTensor, readGraph, tensorsOf } from '../onnx/graph.ts'
import type { GgufTensor } from './gguf-format.ts'

/** The weights of a decoder graph under the names and in the layout of llama.cpp's `llama`; matrices of a graph are [in, out], there they are [out, in]. Throws MODEL_GRAPH where one is missing or not fp32 inside the graph. */
export function llamaTensors(graph: Uint8Array, { shapes }: Pick<Manifest, 'shapes'>): GgufTensor[] {
  const { layers, hidden, heads, kvHeads, headDim, vocab } = shapes
  const weights = new Map(tensorsOf(readGraph(graph)).map(tensor => [tensor.name, tensor]))
  const floats = (name: string, dims: readonly number[]) => floatsOf(weights.get(name), name, dims)
  const vector = (name: string, from: string): GgufTensor => ({ name, dims: [hidden], data: floats(from, [hidden]) })
  const matrix = (name: string, from: string, rows: number, columns: number): GgufTensor => ({
    name,
    dims: [rows, columns],
    data: transpose(floats(from, [rows, columns]), rows, columns),
  })
  const rotated = (name: string, from: string, count: number): GgufTensor => {
    const { dims, data } = matrix(name, from, hidden, count * headDim)
    return { name, dims, data: interleaveRope(data, count, headDim) }
  }
  const embedding = floats('model.embed_tokens.weight', [vocab, hidden])
  const output = matrix('output.weight', 'lm_head.weight', hidden, vocab)
  const tensors: GgufTensor[] = [{ name: 'token_embd.weight', dims: [hidden, vocab], data: embedding }]
  // Without an output matrix llama.cpp takes the embedding, as a model does that ties the two.
  if (!sameFloats(embedding, output.data)) tensors.push(output)
  tensors.push(vector('output_norm.weight', 'model.norm.weight'))
  for (let layer = 0; layer < layers; layer++) {
    const [to, from] = [`blk.${layer}`, `model.layers.${layer}`]
    const ff = weights.get(`${from}.mlp.gate_proj.weight`)?.dims[1] ?? 0
    tensors.push(
      vector(`${to}.attn_norm.weight`, `${from}.input_layernorm.weight`),
      rotated(`${to}.attn_q.weight`, `${from}.self_attn.q_proj.weight`, heads),
      rotated(`${to}.attn_k.weight`, `${from}.self_attn.k_proj.weight`, kvHeads),
      matrix(`${to}.attn_v.weight`, `${from}.self_attn.v_proj.weight`, hidden, kvHeads * headDim),
      matrix(`${to}.attn_output.weight`, `${from}.self_attn.o_proj.weight`, heads * headDim, hidden),
      vector(`${to}.ffn_norm.weight`, `${from}.post_attention_layernorm.weight`),
      matrix(`${to}.ffn_gate.weight`, `${from}.mlp.gate_proj.weight`, hidden, ff),
      matrix(`${to}.ffn_up.weight`, `${from}.mlp.up_proj.weight`, hidden, ff),
      matrix(`${to}.ffn_down.weight`, `${from}.mlp.down_proj.weight`, ff, hidden),
    )
  }
  return tensors
}

/**
 * Rows of a query or key matrix [heads * headDim, in], from rotate-half (the pair of row i is row i + headDim/2) to the layout of
 * llama.cpp's `llama`, where pairs lie side by side: row 2i + p of a head is its old row p * headDim/2 + i.
 */
export function interleaveRope(matrix: Float32Array, heads: number, headDim: number): Float32Array {
  const columns = matrix.length / (heads * headDim)
  const turned = new Float32Array(matrix.length)
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < headDim; row++) {
      const from = head * headDim + (row % 2) * (headDim / 2) + Math.floor(row / 2)
      turned.set(matrix.subarray(from * columns, (from + 1) * columns), (head * headDim + row) * columns)
    }
  return turned
}

function floatsOf(tensor: OnnxTensor | undefined, name: string, dims: readonly number[]): Float32Array {
  const values = tensor && floatData(tensor)
  if (tensor === undefined || values === undefined)
    throw broken(tensor === undefined ? `it has no weight ${name}` : `its weight ${name} is not fp32 inside the graph`)
  if (tensor.dims.join() !== dims.join())
    throw broken(`its weight ${name} is [${tensor.dims.join(', ')}], where the manifest's shapes ask for [${dims.join(', ')}]`)
  if (values.length !== dims.reduce((product, dim) => product * dim, 1)) throw broken(`its weight ${name} is cut off`)
  return values
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column]!
  return turned
}

function sameFloats(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}

function broken(problem: string): AssayError {
  return new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem })
}
