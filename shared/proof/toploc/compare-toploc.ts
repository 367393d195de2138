import { parseProof } from './encode-proof.ts'
import { evaluate } from './interpolate.ts'
import { pickTopIndices } from './pick-top-indices.ts'
import { splitChunks, type TopLocShape } from './split-chunks.ts'

/** How one chunk's proof differs from the verifier's own values. */
export interface TopLocDifference {
  /** Of the verifier's top values, those whose exponent the proof does not give: 0 to k. */
  readonly exponentMismatches: number
  /** Mean and median (the upper of the middle two) of |mantissa difference|, 0 to 127, over the values whose exponent agrees; 2^64 where none does. */
  readonly mantissaMean: number
  readonly mantissaMedian: number
}

/** One difference a chunk, null for a malformed proof; null for all where their number is wrong. Rows are the verifier's own, as bfloat16 patterns [rows, hidden]. */
export function compareTopLoc(rows: Uint16Array, proofs: readonly Uint8Array[], shape: TopLocShape): (TopLocDifference | null)[] {
  const chunks = splitChunks(rows, shape)
  if (proofs.length !== chunks.length) return chunks.map(() => null)
  return chunks.map((chunk, place) => compareChunk(chunk, proofs[place] ?? new Uint8Array(), shape.k))
}

/** The difference of one chunk, or null where the proof is malformed; the sign bit is never compared, as upstream does not. */
export function compareChunk(chunk: Uint16Array, bytes: Uint8Array, k: number): TopLocDifference | null {
  const size = Math.min(k, chunk.length)
  const proof = parseProof(bytes, size)
  if (proof === null) return null
  const differences: number[] = []
  for (const index of pickTopIndices(chunk, size)) {
    const claimed = evaluate(proof.coefficients, index % proof.modulus)
    const own = chunk[index] ?? 0
    if ((claimed & 0x7f80) === (own & 0x7f80)) differences.push(Math.abs((claimed & 0x7f) - (own & 0x7f)))
  }
  const matching = differences.length
  if (matching === 0) return { exponentMismatches: size, mantissaMean: 2 ** 64, mantissaMedian: 2 ** 64 }
  differences.sort((a, b) => a - b)
  return {
    exponentMismatches: size - matching,
    mantissaMean: differences.reduce((sum, difference) => sum + difference, 0) / matching,
    mantissaMedian: differences[matching >> 1] ?? 0,
  }
}
