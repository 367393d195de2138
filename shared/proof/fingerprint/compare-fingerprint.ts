import { fromFloat16, toFloat16 } from '../float16.ts'
import { hasPath } from '../merkle/has-path.ts'
import { hashLeaf } from '../merkle/hash-leaf.ts'
import type { OpeningAnswer } from './answer-opening.ts'
import type { Opening } from './draw-opening.ts'
import { projectRow } from './project-row.ts'

/** What stands in the receipt: a Merkle root over so many rows of so many values. */
export interface RowsCommitment {
  readonly root: Uint8Array
  readonly rows: number
  readonly hidden: number
}

/** How an opening contradicts its own receipt; every one of these is the miner's doing, whatever the reference says. */
export type OpeningProblem = 'shape' | 'rows' | 'path' | 'projection'

/** A projection is rounded once to float16: 2^-11 of its size, and the sums of two machines may differ in their last bits. */
const roundingOf = (value: number) => Math.abs(value) * 2 ** -10 + 2 ** -20

/** Whether an opening is what the receipt committed to: sizes, the rows asked for, their paths, and that projecting them gives what was sent. Null where it is. */
export function findOpeningProblem(answer: OpeningAnswer, opening: Opening, commitment: RowsCommitment): OpeningProblem | null {
  const { k } = opening
  if (answer.projections.length !== commitment.rows * k) return 'shape'
  if (answer.rows.length !== opening.rows.length || answer.rows.some(({ index }, at) => index !== opening.rows[at])) return 'rows'
  for (const { index, bytes, path } of answer.rows) {
    if (bytes.length !== 2 * commitment.hidden) return 'shape'
    if (!hasPath(hashLeaf(index, bytes), index, commitment.rows, path, commitment.root)) return 'path'
    const values = Float32Array.from({ length: commitment.hidden }, (_, column) =>
      fromFloat16((bytes[2 * column] ?? 0) | ((bytes[2 * column + 1] ?? 0) << 8)),
    )
    const projected = projectRow(values, opening.signs, k)
    for (let column = 0; column < k; column++) {
      const own = projected[column] ?? 0
      const sent = fromFloat16(answer.projections[index * k + column] ?? 0)
      // Beyond the range of float16, and of rows that hold no numbers, the rounding gives one certain pattern.
      if (!(Math.abs(own - sent) <= roundingOf(own)) && !Object.is(fromFloat16(toFloat16(own)), sent)) return 'projection'
    }
  }
  return null
}

/**
 * Distance of each row's projection to the reference's, |p_miner - p_own| over the length that a projection of the reference's row has in the
 * root mean square, |h_own| sqrt(k / hidden): about the relative distance of the rows themselves. (Over |p_own| it would be large wherever the
 * draw makes that small, which is noise.) Infinity where a number sent is not finite; own rows are float32 [rows, hidden] of the reference.
 */
export function fingerprintDistances(projections: Uint16Array, own: Float32Array, hidden: number, { signs, k }: Opening): Float64Array {
  const rows = Math.floor(own.length / hidden)
  return Float64Array.from({ length: rows }, (_, row) => {
    const values = own.subarray(row * hidden, (row + 1) * hidden)
    const projected = projectRow(values, signs, k)
    let difference = 0
    for (let column = 0; column < k; column++)
      difference += (fromFloat16(projections[row * k + column] ?? 0) - (projected[column] ?? 0)) ** 2
    let size = 0
    for (let column = 0; column < hidden; column++) size += values[column]! ** 2
    const distance = Math.sqrt((difference * hidden) / (size * k))
    return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance
  })
}
