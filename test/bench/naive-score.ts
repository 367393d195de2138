import { chacha8Block, chachaKey } from '../../shared/engine/chacha8.ts'

/** A scorer without any care: noise of every token of every row, a block of random words for each, and every exponential twice; the control that a bound on the ratio must catch. */
export function naiveScore(logits: Float32Array, vocab: number, noiseKey: Uint8Array): number {
  const key = chachaKey(noiseKey)
  const words = new Uint32Array(16)
  const rows = Array.from(logits)
  let sum = 0
  for (let position = 0; position * vocab < rows.length; position++) {
    const row = rows.slice(position * vocab, (position + 1) * vocab)
    const noisy = row.map((logit, token) => {
      chacha8Block(key, Math.floor(token / 16), position, words)
      return logit - Math.log(-Math.log(((words[token % 16] ?? 0) + 0.5) / 0x1_0000_0000))
    })
    const total = row.map(logit => Math.exp(logit)).reduce((left, right) => left + right, 0)
    const entropy = row.map(logit => (Math.exp(logit) / total) * logit).reduce((left, right) => left + right, 0)
    sum += noisy.reduce((left, right) => Math.max(left, right), Number.NEGATIVE_INFINITY) - entropy
  }
  return sum
}
