/** A matrix in the blocks of ONNX Runtime's MatMulNBits. */
export interface QuantizedMatrix {
  /** [columns, rows / blockSize, blockSize / 2]: two values a byte, the first in the low half, 8 standing for zero. */
  readonly blocks: Uint8Array
  /** One factor for each block of each column. */
  readonly scales: Float32Array
  readonly blockSize: number
}

const blockSize = 32

/** Rounds a matrix [rows, columns] to 4 bits, symmetric, in blocks of 32 rows of a column; rows must be a multiple of 32. */
export function quantizeMatrix(values: Float32Array, rows: number, columns: number): QuantizedMatrix {
  const perColumn = rows / blockSize
  if (!Number.isInteger(perColumn)) throw new RangeError(`${rows} rows are no multiple of ${blockSize}`)
  const blocks = new Uint8Array((columns * rows) / 2)
  const scales = new Float32Array(columns * perColumn)
  for (let column = 0; column < columns; column++)
    for (let block = 0; block < perColumn; block++) {
      const at = (row: number) => values[(block * blockSize + row) * columns + column] ?? 0
      let largest = 0
      for (let row = 0; row < blockSize; row++) largest = Math.max(largest, Math.abs(at(row)))
      const scale = largest / 7 || 1
      scales[column * perColumn + block] = scale
      for (let row = 0; row < blockSize; row++) {
        const level = Math.round(at(row) / scale) + 8
        const place = ((column * perColumn + block) * blockSize + row) >> 1
        blocks[place] = (blocks[place] ?? 0) | (row % 2 === 0 ? level : level << 4)
      }
    }
  return { blocks, scales, blockSize }
}
