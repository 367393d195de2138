import { explainConviction } from '../../shared/protocol/explain-conviction.ts'
import { explainVerdict } from '../../shared/protocol/explain-verdict.ts'
import type { VerdictsPage } from '../../shared/protocol/verdict-statement.ts'
import { formatTable } from '../../shared/util/format-table.ts'

/** A page of verdicts as a person at a terminal reads it. */
export function renderVerdicts({ verdicts, next, unanswered, convictions }: VerdictsPage): string {
  const overdue = unanswered.map(
    ({ requestId, dueBlock, reason }) => `no verdict on request ${requestId}, due in block ${dueBlock}: ${onOneLine(reason)}`,
  )
  const convicted = convictions.map(({ statement }) => onOneLine(explainConviction(statement)))
  if (verdicts.length === 0) return ['no verdicts after that place', ...overdue, ...convicted].join('\n')
  const table = formatTable(
    ['request', 'round', 'verdict', 'e-value', 'work'],
    verdicts.map(({ statement: { round, verdict } }) => [
      verdict.requestId,
      String(round.number),
      verdict.kind,
      verdict.eValue === null ? '' : verdict.eValue.toPrecision(4),
      verdict.work.toFixed(1),
    ]),
  )
  const [head = '', ...rows] = table.split('\n')
  const told = rows.map((row, index) => {
    const verdict = verdicts[index]?.statement.verdict
    return verdict === undefined ? row : `${row}  ${onOneLine(explainVerdict(verdict))}`
  })
  const more = next === null ? [] : ['', `what comes after these: --after ${next}`]
  return [
    head,
    ...told,
    ...more,
    ...(overdue.length === 0 ? [] : ['', ...overdue]),
    ...(convicted.length === 0 ? [] : ['', ...convicted]),
  ].join('\n')
}

// Evidence may quote what others sent: nothing of it moves the cursor.
function onOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 300)
}
