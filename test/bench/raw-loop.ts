import { makeTensor, type OnnxSession, type OnnxTensor } from '../../shared/engine/onnx/open-session.ts'

export interface RawShape {
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
}

/** The plainest loop over a decoder: one prefill of `batch` equal prompts, then `steps` runs that take every present as the next past and the likeliest token of each row. */
export async function rawLoop(
  session: OnnxSession,
  shape: RawShape,
  prompt: readonly number[],
  batch: number,
  steps: number,
): Promise<number[][]> {
  const { kvHeads, headDim, vocab } = shape
  const pasts = session.inputNames.filter(name => name.startsWith('past_key_values'))
  const presents = pasts.map(name => name.replace('past_key_values', 'present'))
  const longs = (values: readonly number[], width: number) => makeTensor('int64', BigInt64Array.from(values, BigInt), [batch, width])
  const empty = () => makeTensor('float32', new Float32Array(0), [batch, kvHeads, 0, headDim])
  let past: Record<string, OnnxTensor> = Object.fromEntries(pasts.map(name => [name, empty()]))
  let tokens = Array.from({ length: batch }, () => prompt).flat()
  const answers: number[][] = Array.from({ length: batch }, () => [])
  for (let step = 0, length = 0; step < steps; step++) {
    const width = tokens.length / batch
    const total = length + width
    const positions = Array.from({ length: batch * width }, (_, index) => length + (index % width))
    const outputs = await session.run(
      {
        ...past,
        input_ids: longs(tokens, width),
        attention_mask: longs(new Array(batch * total).fill(1), total),
        ...(session.inputNames.includes('position_ids') && { position_ids: longs(positions, width) }),
      },
      ['logits', ...presents],
    )
    const logits = outputs.logits?.data as Float32Array
    tokens = answers.map((answer, row) => {
      const start = (row * width + width - 1) * vocab
      let best = 0
      for (let token = 1; token < vocab; token++) if (logits[start + token]! > logits[start + best]!) best = token
      answer.push(best)
      return best
    })
    past = Object.fromEntries(pasts.map((name, index) => [name, outputs[presents[index] ?? ''] as OnnxTensor]))
    length = total
  }
  return answers
}
