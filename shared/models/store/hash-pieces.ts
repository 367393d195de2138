import { createHash, type Hash } from 'node:crypto'

export interface PieceHashes {
  readonly sha256: string
  /** One digest for every `shardBytes` bytes in a row; a file without bytes has one. */
  readonly shards: readonly string[]
  readonly sizeBytes: number
}

/** Hashes a stream as a whole and piece by piece, in one pass; `onBytes` sees every chunk, and the next is read when it is done with it. */
export async function hashPieces(
  chunks: AsyncIterable<Uint8Array>,
  shardBytes: number,
  onBytes?: (bytes: Uint8Array) => Promise<void> | void,
): Promise<PieceHashes> {
  const whole = createHash('sha256')
  const shards: string[] = []
  let piece: Hash = createHash('sha256')
  let inPiece = 0
  let sizeBytes = 0
  for await (const chunk of chunks) {
    whole.update(chunk)
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + shardBytes - inPiece)
      piece.update(part)
      at += part.length
      inPiece += part.length
      if (inPiece < shardBytes) continue
      shards.push(piece.digest('hex'))
      piece = createHash('sha256')
      inPiece = 0
    }
    sizeBytes += chunk.length
    await onBytes?.(chunk)
  }
  if (inPiece > 0 || shards.length === 0) shards.push(piece.digest('hex'))
  return { sha256: whole.digest('hex'), shards, sizeBytes }
}
