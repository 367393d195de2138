import { createHash } from 'node:crypto'

/** What an audit asks to see, fixed by a beacon that nobody knew when the receipt was signed. */
export interface Opening {
  /** Signs [hidden, k] as +1 and -1, row by row: a projection keeps distances on average (Johnson and Lindenstrauss, with Achlioptas' signs). */
  readonly signs: Int8Array
  readonly k: number
  /** Rows to be shown whole, ascending, each once. */
  readonly rows: readonly number[]
}

export interface OpeningTerms {
  readonly hidden: number
  /** Numbers a row is projected to; 2k bytes a token. */
  readonly k: number
  /** Rows to show whole, at most. */
  readonly fullRows: number
  /** Rows that the receipt commits to. */
  readonly rows: number
}

/** Draws matrix and rows from SHA-256 over (label, beacon hash, receipt digest, counter); both in hexadecimal. */
export function drawOpening(beacon: string, receiptDigest: string, { hidden, k, fullRows, rows }: OpeningTerms): Opening {
  const matrix = bytesOf('assay/projection/1', beacon, receiptDigest)
  const signs = new Int8Array(hidden * k)
  for (let at = 0, byte = 0; at < signs.length; at++) {
    if (at % 8 === 0) byte = matrix()
    signs[at] = (byte >> (at % 8)) & 1 ? 1 : -1
  }
  const places = bytesOf('assay/rows/1', beacon, receiptDigest)
  const drawn = new Set<number>()
  while (drawn.size < Math.min(fullRows, rows)) {
    const word = places() * 2 ** 24 + places() * 2 ** 16 + places() * 2 ** 8 + places()
    // Words above the last whole multiple would favour low rows.
    if (word < 2 ** 32 - (2 ** 32 % rows)) drawn.add(word % rows)
  }
  return { signs, k, rows: [...drawn].sort((a, b) => a - b) }
}

/** An endless stream of bytes: SHA-256 over the label, the two hashes and a counter. */
function bytesOf(label: string, beacon: string, receiptDigest: string): () => number {
  let block: Uint8Array = new Uint8Array()
  let used = 0
  let counter = 0
  return () => {
    if (used === block.length) {
      block = createHash('sha256').update(`${label}\n${beacon}\n${receiptDigest}\n${counter}`).digest()
      counter += 1
      used = 0
    }
    return block[used++] ?? 0
  }
}
