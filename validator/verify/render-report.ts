import { formatTable } from '../../shared/util/format-table.ts'
import type { BundleLine, BundleReport } from './bundle-report.ts'

/** The report as a person at a terminal reads it. */
export function renderReport(report: BundleReport): string {
  const { signed, reached, lines, absent, same } = report
  const rows = lines
    .filter(({ finding }) => finding !== 'absent')
    .map(line => [line.check, show(line.value), show(line.threshold), findingOf(line)])
  const notes = lines.filter(({ note, finding }) => note !== '' && finding !== 'absent').map(({ check, note }) => `  ${check}: ${note}`)
  return [
    `request ${report.requestId} of validator ${report.validator}`,
    `to miner ${report.miner}, receipt ${report.receiptDigest ?? 'none'}`,
    '',
    formatTable(['check', 'value', 'threshold', 'finding'], rows),
    '',
    ...notes,
    ...absent.map(each => `  absent: ${each}`),
    '',
    `signed by the validator: ${nameOf(signed)}. ${signed.sentence}`,
    ...(same
      ? [
          absent.length === 0
            ? 'the same verdict is reached here'
            : 'the same verdict is reached here; what is absent above was not checked',
        ]
      : [`here: ${nameOf(reached)}. ${reached.sentence}`, 'THIS DIFFERS from what the validator signed']),
  ].join('\n')
}

// Whom a failure speaks against is told where it is not the miner that was judged.
function findingOf({ finding, against }: BundleLine): string {
  return finding === 'fail' && against === 'validator' ? 'FAIL (validator)' : finding
}

function nameOf({ kind, code }: { readonly kind: string; readonly code: string | null }): string {
  return code === null ? kind : `${kind} (${code})`
}

function show(value: number | string | null): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(4)
  return value ?? ''
}
