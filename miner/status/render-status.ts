import { formatTable } from '../../shared/util/format-table.ts'
import { describeStatus } from './describe-status.ts'
import type { MinerStatus } from './miner-status.ts'

/** A status as text for a terminal: the figures one below the other, then the tables. */
export function renderStatus(status: MinerStatus): string {
  const [figures, ...tables] = describeStatus(status)
  const rows = figures?.rows ?? []
  const width = Math.max(...rows.map(([name]) => name?.text.length ?? 0))
  const lines = rows.flatMap(([name, value]) => {
    const line = `${(name?.text ?? '').padEnd(width)}  ${value?.text ?? ''}`
    return value?.picture === undefined ? [line] : [line, `${' '.repeat(width)}  |${value.picture}|`]
  })
  return [
    ...lines,
    ...tables.flatMap(({ header, rows: cells }) => [
      '',
      formatTable(
        header,
        cells.map(row => row.map(({ text }) => text)),
      ),
    ]),
  ].join('\n')
}
