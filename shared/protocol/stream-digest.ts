import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** What ties a stream's digests to one answer of one miner. */
export interface StreamSource {
  readonly requestId: string
  readonly miner: string
}

/** The digest before any token: SHA-256 of the canonical JSON of ["assay/stream/1", requestId, miner]. 32 bytes. */
export function startStreamDigest({ requestId, miner }: StreamSource): Buffer {
  return hash('sha256', canonicalJson(['assay/stream/1', requestId, miner]), 'buffer')
}

/** The digest after further tokens, one link a token: SHA-256(digest, id as u32 little-endian). How tokens are cut into chunks does not show in it. */
export function extendStreamDigest(digest: Uint8Array, tokenIds: readonly number[]): Buffer {
  const link = Buffer.alloc(digestBytes + 4)
  link.set(digest)
  for (const id of tokenIds) {
    link.writeUInt32LE(id, digestBytes)
    link.set(hash('sha256', link, 'buffer'))
  }
  return link.subarray(0, digestBytes)
}

const digestBytes = 32
