import { countOf } from '../../shared/util/count-of.ts'
import { formatTable } from '../../shared/util/format-table.ts'
import type { EpochFileResult, EpochRun } from './run-epoch-file.ts'

const shownDifferences = 50
const shownBonds = 12

/** The outputs as tables, one line per uid, then what the comparison found. */
export function renderEpochFile(result: EpochFileResult): string {
  return [...result.vectors.map(renderRun), renderComparison(result)].join('\n\n')
}

function renderRun({ config, epoch, output }: EpochRun, index: number): string {
  const header = [
    'uid',
    'stake',
    'consensus',
    'incentive',
    'dividends',
    'vtrust',
    'permit',
    'bonds',
    ...(output.emission ? ['emission'] : []),
  ]
  const rows = output.stakeWeight.map((stake, uid) => [
    String(uid),
    String(stake),
    String(output.consensus[uid]),
    String(output.incentive[uid]),
    String(output.dividends[uid]),
    String(output.validatorTrust[uid]),
    output.validatorPermit[uid] ? 'yes' : '-',
    renderRow(output.bonds[uid]!),
    ...(output.emission ? [String(output.emission[uid])] : []),
  ])
  return `vector ${index} (config ${config}, epoch ${epoch})\n${formatTable(header, rows)}`
}

function renderComparison({ vectors, compared, withoutEmission, differences }: EpochFileResult): string {
  if (compared === 0) return `${countOf(vectors.length, 'epoch')} run; the file gives no outputs to compare with`
  const lines = differences
    .slice(0, shownDifferences)
    .map(
      ({ vector, config, epoch, uid, field, expected, got }) =>
        `vector ${vector} (config ${config}, epoch ${epoch}): uid ${uid}, ${field}: expected ${String(expected)}, got ${String(got)}`,
    )
  if (differences.length > shownDifferences) lines.push(`... and ${differences.length - shownDifferences} more`)
  lines.push(`${countOf(vectors.length, 'epoch')} run, ${compared} compared: ${countOf(differences.length, 'difference')}`)
  if (withoutEmission > 0) lines.push(`emission not compared in ${withoutEmission} of them: their input has no raoEmission`)
  return lines.join('\n')
}

function renderRow(row: ReadonlyArray<readonly [number, number]>): string {
  if (row.length > shownBonds) return `${row.length} entries`
  return row.map(([target, value]) => `${target}:${value}`).join(' ') || '-'
}
