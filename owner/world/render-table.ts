import { formatTable } from '../../shared/util/format-table.ts'
import type { WorldReport } from './report.ts'

const header = ['miner', 'tok/s', 'pass', 'unaudited', 'fail', 'miss', 'void', 'evidence', 'score', 'weight', 'incentive', 'alpha', 'why']

/** The world's table as text: one line a miner, speeds and scores per second, incentive and alpha over the last two epochs. */
export function renderTable(report: WorldReport): string {
  const rows = report.miners.map(miner => [
    miner.name,
    String(miner.throughput),
    ...(['pass', 'unaudited', 'fail', 'miss', 'void'] as const).map(kind => String(miner.verdicts[kind])),
    `1e${miner.evidence.toFixed(1)}`,
    miner.score.toFixed(1),
    String(miner.weight),
    `${(100 * miner.incentive).toFixed(1)} %`,
    miner.emissionAlpha.toFixed(3),
    miner.convicted ? 'convicted' : (topCode(miner.verdicts.codes) ?? ''),
  ])
  return `epoch ${report.epochs}, block ${report.blocks}\n${formatTable(header, rows)}`
}

function topCode(codes: Readonly<Record<string, number>>): string | undefined {
  const [first] = Object.entries(codes).sort(([, a], [, b]) => b - a)
  return first === undefined ? undefined : `${first[0]} x${first[1]}`
}
