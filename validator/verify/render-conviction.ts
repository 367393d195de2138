import { formatTable } from '../../shared/util/format-table.ts'
import type { ConvictionReport } from './check-conviction.ts'

/** The report on a conviction as a person at a terminal reads it. */
export function renderConviction({ miner, validator, same, lines, absent }: ConvictionReport): string {
  const show = (value: number | string | null) =>
    typeof value !== 'number' ? (value ?? '') : Number.isInteger(value) ? String(value) : value.toPrecision(4)
  const rows = lines.map(({ check, value, threshold, finding }) => [check, show(value), show(threshold), finding])
  return [
    `conviction of miner ${miner} by validator ${validator}`,
    '',
    formatTable(['check', 'value', 'threshold', 'finding'], rows),
    '',
    ...absent.map(each => `  unchecked: ${each}`),
    '',
    same
      ? 'the conviction follows from what it lists; whether that is true is unchecked'
      : 'THIS CONVICTION DOES NOT FOLLOW from what it lists',
  ].join('\n')
}
