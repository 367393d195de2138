import { table } from './markdown-table.ts'
import type { Cell, Row } from './measure-member.ts'
import { renderIntroduction } from './render-introduction.ts'
import type { ConvictionRow, MemberReport, Report } from './report.ts'
import { streamLengths } from './settings.ts'
import { hiddenRowsNote, otherClassNote } from './shown-rows.ts'

/** The whole page docs/verification.md. */
export function renderMarkdown(report: Report, command: string): string {
  const members = report.members.flatMap(member => ['', ...renderMember(member, report.loosest)])
  return `${[...renderIntroduction(report, command), '', ...renderDeciles(report), ...members].join('\n')}\n`
}

/** What one answer proves: the audit plan reckons with these. */
function renderDeciles({ members, honestDeciles }: Report): string[] {
  const rows = [{ name: 'honest, loosest class', deciles: honestDeciles }, ...members].flatMap(({ name, deciles }) =>
    (['tokens', 'proofs'] as const)
      .filter(of => deciles[of].length > 0)
      .map(of => [name, of === 'tokens' ? 'tokens alone' : 'tokens and proofs', deciles[of].map(value => value.toPrecision(2)).join(' ')]),
  )
  return [
    '## What one whole answer proves',
    '',
    "E-values in the middles of the ten tenths of a member's answers:",
    '',
    ...table(['member', 'evidence', 'e-values'], rows),
  ]
}

function renderMember(member: MemberReport, loosest: string): string[] {
  const { name, does, answers, tokens, stochasticTokens, fails, failCodes } = member
  const rowsOf = (counted: Row['counted']) => member.rows.filter(row => row.counted === counted)
  const deterministic = fails > 0 ? ` Deterministic checks fail ${percent(fails)} of its answers (${failCodes.join(', ')}).` : ''
  const notes = [hiddenRowsNote(name), otherClassNote(name, loosest)].filter(text => text !== undefined)
  const note = notes.map(text => ` ${text}`).join('')
  return [
    `### ${name}`,
    '',
    `${does} ${answers} answers, ${tokens} tokens, ${stochasticTokens} of them stochastic.${deterministic}${note}`,
    '',
    `![ROC curves of ${name}](verification/${name}.svg)`,
    '',
    'All tokens counted:',
    '',
    ...renderRows(rowsOf('all')),
    '',
    'Stochastic tokens alone:',
    '',
    ...renderRows(rowsOf('stochastic')),
    '',
    ...renderConvictions(member.convictions),
  ]
}

function renderRows(rows: readonly Row[]): string[] {
  const header = ['check', ...streamLengths.map(tokens => `${tokens}`), 'AUC at 300']
  return table(
    header,
    rows.map(({ label, cells }) => [label, ...cells.map(renderCell), aucAt(cells, 300)]),
  )
}

function renderCell({ truePositiveRates, nullStreams, streams }: Cell): string {
  if (nullStreams === 0 || streams === 0) return ''
  return `${truePositiveRates.map(rate => (rate === null ? '·' : share(rate))).join(' ')} <sub>${nullStreams}/${streams}</sub>`
}

function aucAt(cells: readonly Cell[], tokens: number): string {
  const auc = cells.find(cell => cell.tokens === tokens)?.auc
  return auc === undefined || auc === null ? '' : auc.toFixed(4)
}

function renderConvictions(rows: readonly ConvictionRow[]): string[] {
  return table(
    ['evidence', 'answers cut to', 'convicted', 'tokens, median', 'tokens, 99 %', 'answers, median', 'answers, 99 %'],
    rows.map(row => [
      row.of === 'tokens' ? 'tokens alone' : 'tokens and proofs',
      row.cut === null ? 'whole' : `${row.cut}`,
      percent(row.convicted),
      ...[row.medianTokens, row.tokens99, row.medianAnswers, row.answers99].map(value => (value === null ? 'never' : `${value}`)),
    ]),
  )
}

function share(value: number): string {
  if (value === 0 || value === 1) return String(value)
  return value > 0.9995 ? '>.999' : value < 0.0005 ? '<.001' : value.toFixed(3).replace(/^0/, '')
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value === 0 || value === 1 ? 0 : 1)} %`
}
