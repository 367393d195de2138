import { endianness } from 'node:os'
import { fromFloat16Rows, toFloat16Rows } from '../float16.ts'
import { buildTree, type MerkleTree } from '../merkle/build-tree.ts'
import { hashLeaf } from '../merkle/hash-leaf.ts'

/** Final hidden rows [rows, hidden] as float16 patterns: what a receipt commits to. Row t predicted answer token t. */
export interface HiddenRows {
  readonly hidden: number
  readonly patterns: Uint16Array
}

/** Rows in float32 as what is committed to. */
export function toHiddenRows(values: Float32Array, hidden: number): HiddenRows {
  return { hidden, patterns: toFloat16Rows(values) }
}

/** Rows that came one by one, each as patterns [hidden]. */
export function joinRows(rows: readonly Uint16Array[]): HiddenRows {
  const hidden = rows[0]?.length ?? 0
  const patterns = new Uint16Array(rows.length * hidden)
  for (const [index, row] of rows.entries()) patterns.set(row, index * hidden)
  return { hidden, patterns }
}

/** How many rows there are. */
export function countRows({ hidden, patterns }: HiddenRows): number {
  return Math.floor(patterns.length / hidden)
}

/** The bytes of one row: its patterns, low byte first. */
export function rowBytes({ hidden, patterns }: HiddenRows, row: number): Uint8Array {
  const bytes = Buffer.from(patterns.slice(row * hidden, (row + 1) * hidden).buffer)
  return endianness() === 'LE' ? bytes : bytes.swap16()
}

/** One row's values. */
export function rowValues({ hidden, patterns }: HiddenRows, row: number): Float32Array {
  return fromFloat16Rows(patterns.subarray(row * hidden, (row + 1) * hidden))
}

/** The tree whose root the receipt carries; at least one row. */
export function commitRows(rows: HiddenRows): MerkleTree {
  return buildTree(Array.from({ length: countRows(rows) }, (_, row) => hashLeaf(row, rowBytes(rows, row))))
}
