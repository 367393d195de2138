export interface TopLocShape {
  /** Values a row. */
  readonly hidden: number
  /** Top values a chunk; the proof has 2 + 2k bytes. */
  readonly k: number
  /** Answer rows a chunk. */
  readonly chunkRows: number
  /** Rows of the prompt at the start, one chunk of their own; 0 where the prompt is not proven. */
  readonly promptRows: number
}

/** Splits rows of bfloat16 patterns [rows, hidden] into the prompt's chunk, where there is one, and chunks of so many answer rows; the last may be short. */
export function splitChunks(rows: Uint16Array, { hidden, chunkRows, promptRows }: TopLocShape): Uint16Array[] {
  const chunks = promptRows > 0 ? [rows.subarray(0, promptRows * hidden)] : []
  for (let start = promptRows * hidden; start < rows.length; start += chunkRows * hidden)
    chunks.push(rows.subarray(start, start + chunkRows * hidden))
  return chunks
}
