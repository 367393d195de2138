import { div } from './fixed.ts'
import { type FixedRow, mapRow } from './fixed-row.ts'

/** Divides every entry by its column's sum; columns that sum to 0 stay. */
export function normaliseColumns(rows: readonly FixedRow[], columns: number): FixedRow[] {
  return divideColumns(rows, columns, (total, value) => total + value)
}

/** Divides every entry by its column's maximum, so that the largest becomes 1. */
export function upscaleColumns(rows: readonly FixedRow[], columns: number): FixedRow[] {
  return divideColumns(rows, columns, Math.max)
}

function divideColumns(rows: readonly FixedRow[], columns: number, fold: (total: number, value: number) => number): FixedRow[] {
  const totals = new Array<number>(columns).fill(0)
  for (const { uids, values } of rows) for (let k = 0; k < uids.length; k++) totals[uids[k]!] = fold(totals[uids[k]!]!, values[k]!)
  return rows.map(row => mapRow(row, (value, uid) => (totals[uid] === 0 ? value : div(value, totals[uid]!))))
}
