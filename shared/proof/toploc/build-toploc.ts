import { encodeProof } from './encode-proof.ts'
import { findInjectiveModulus } from './find-injective-modulus.ts'
import { interpolate } from './interpolate.ts'
import { pickTopIndices } from './pick-top-indices.ts'
import { splitChunks, type TopLocShape } from './split-chunks.ts'

/**
 * TOPLOC proofs of final hidden rows, one a chunk (arXiv 2501.16007): the k largest values of a chunk as a polynomial over their
 * indices. Rows are bfloat16 patterns [rows, hidden]; a chunk that has fewer than k values is proven with all it has, and is the
 * only one whose proof is shorter. No rows, no proofs.
 */
export function buildTopLoc(rows: Uint16Array, shape: TopLocShape): Uint8Array[] {
  return splitChunks(rows, shape).map(chunk => buildChunkProof(chunk, shape.k))
}

/** The proof of one chunk. */
export function buildChunkProof(chunk: Uint16Array, k: number): Uint8Array {
  const indices = pickTopIndices(chunk, Math.min(k, chunk.length))
  const modulus = findInjectiveModulus(indices)
  return encodeProof({
    modulus,
    coefficients: interpolate(
      indices.map(index => index % modulus),
      indices.map(index => chunk[index] ?? 0),
    ),
  })
}
