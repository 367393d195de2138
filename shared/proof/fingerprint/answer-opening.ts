import { toFloat16 } from '../float16.ts'
import { type MerkleTree, openPath } from '../merkle/build-tree.ts'
import type { Opening } from './draw-opening.ts'
import { countRows, type HiddenRows, rowBytes, rowValues } from './hidden-rows.ts'
import { projectRow } from './project-row.ts'

/** A row shown whole, with the hashes that lead from it to the receipt's root. */
export interface OpenedRow {
  readonly index: number
  readonly bytes: Uint8Array
  readonly path: readonly Uint8Array[]
}

export interface OpeningAnswer {
  /** Projections [rows, k] as float16 patterns. */
  readonly projections: Uint16Array
  readonly rows: readonly OpenedRow[]
}

/** What the miner shows of the rows that it committed to. */
export function answerOpening(rows: HiddenRows, tree: MerkleTree, { signs, k, rows: wanted }: Opening): OpeningAnswer {
  const count = countRows(rows)
  const projections = new Uint16Array(count * k)
  for (let row = 0; row < count; row++)
    projectRow(rowValues(rows, row), signs, k).forEach((value, column) => {
      projections[row * k + column] = toFloat16(value)
    })
  return { projections, rows: wanted.map(index => ({ index, bytes: rowBytes(rows, index), path: openPath(tree, index) })) }
}
