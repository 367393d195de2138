import type { Readable } from 'node:stream'

/** Reads a body up to a cap; null where it is larger (the rest is not read). */
export async function readBody(body: Readable, capBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    const bytes: Buffer = piece
    size += bytes.length
    if (size > capBytes) {
      body.destroy()
      return null
    }
    pieces.push(bytes)
  }
  return Buffer.concat(pieces, size)
}
