import { open } from 'node:fs/promises'
import { type GgufHeader, parseGguf } from './parse-gguf.ts'

// Vocabulary and merges of the largest models take some ten million bytes.
const maxHeaderBytes = 64 * 1024 * 1024

/** Reads the header of a GGUF file without its weights; throws MODEL_GRAPH. */
export async function readGguf(path: string): Promise<GgufHeader> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const header = Buffer.alloc(Math.min(size, maxHeaderBytes))
    await handle.read(header, 0, header.length, 0)
    return parseGguf(header, path)
  } finally {
    await handle.close()
  }
}
