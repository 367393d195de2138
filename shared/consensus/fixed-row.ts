import type { SparseRow } from './epoch-input.ts'

/** One row of a sparse matrix in its stored order: uids and, beside them, values as bits of I32F32. */
export interface FixedRow {
  readonly uids: number[]
  readonly values: number[]
}

/** Takes the pairs of a stored row that `keep` lets through; values stay plain u16 integers. */
export function fixedRow(row: SparseRow, keep: (uid: number) => boolean): FixedRow {
  const result: FixedRow = { uids: [], values: [] }
  for (const [uid, value] of row) {
    if (!keep(uid)) continue
    result.uids.push(uid)
    result.values.push(value)
  }
  return result
}

/** A row with each value replaced. */
export function mapRow(row: FixedRow, change: (value: number, uid: number) => number): FixedRow {
  return { uids: row.uids, values: row.values.map((value, k) => change(value, row.uids[k]!)) }
}

/** A row with each value replaced, entries that are not above 0 left out. */
export function mapRowPositive(row: FixedRow, change: (value: number, uid: number) => number): FixedRow {
  const result: FixedRow = { uids: [], values: [] }
  for (let k = 0; k < row.uids.length; k++) {
    const uid = row.uids[k]!
    const value = change(row.values[k]!, uid)
    if (value <= 0) continue
    result.uids.push(uid)
    result.values.push(value)
  }
  return result
}

/** The positive entries of a dense row, by ascending uid. */
export function positiveEntries(dense: readonly number[]): FixedRow {
  const result: FixedRow = { uids: [], values: [] }
  for (let uid = 0; uid < dense.length; uid++) {
    const value = dense[uid]!
    if (value <= 0) continue
    result.uids.push(uid)
    result.values.push(value)
  }
  return result
}

/** Writes a row over a dense row of zeros. */
export function spreadRow(row: FixedRow, size: number): number[] {
  const dense = new Array<number>(size).fill(0)
  for (let k = 0; k < row.uids.length; k++) dense[row.uids[k]!] = row.values[k]!
  return dense
}
