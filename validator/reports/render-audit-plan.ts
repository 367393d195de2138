import { formatTable } from '../../shared/util/format-table.ts'
import type { AuditPlan, FraudPlan } from '../scoring/conviction/build-audit-plan.ts'

/** The audit plan as a person at a terminal reads it. */
export function renderAuditPlan(plan: AuditPlan): string {
  const { subnet, answers, rate, follows, conviction, frauds } = plan
  const head = [`subnet ${subnet}: a miner with ${round(answers)} answers in a round`, '']
  const rates =
    follows === null
      ? [`audit rate   ${percent(rate.least)} of all receipts: the subnet file fixes it (audit.rate) and names no audit.economics`]
      : [
          `audit rate   100 % for the first ${follows.probation} audited answers and after each failure, half of it ${follows.halfAfter} audited answers later, at least ${percent(rate.least)}`,
          `follows from safety ${follows.safety} x saving ${follows.saving} / (detection ${follows.detection} x ${round(follows.lossAnswers)} answers' pay); the file's floor is ${percent(rate.floor)}`,
          `a failure is a fail, an opening not given, or suspicion of ${follows.doubt}`,
        ]
  return [...head, ...rates, '', ...describeConviction(conviction), '', renderFrauds(frauds)].join('\n')
}

function describeConviction({ windowRounds, servingBlocks, entryBlocks, registrationBlocks, price, lossAnswers }: AuditPlan['conviction']) {
  const lines = [`a conviction strikes the ${windowRounds} rounds of the window, and then costs the cheaper of`]
  lines.push(`  serving      ${servingBlocks} blocks without emission`)
  const known = entryBlocks === null ? 'not known: the file names no audit.economics' : `${entryBlocks} blocks until a newcomer is paid`
  lines.push(`  new keys     ${known}, and a registration worth ${round(registrationBlocks)} blocks of emission`)
  if (price !== null) {
    const worth = price.blocks === null ? 'nobody earns yet' : `${round(price.blocks)} blocks of the mean emission of who earns`
    lines.push(`  on chain     a registration costs ${Number(price.costRao) / 1e9} TAO now: ${worth}`)
  }
  if (lossAnswers !== null) lines.push(`  that is      ${round(lossAnswers)} answers' pay`)
  lines.push(
    'what follows it: evidence goes with the coldkey, and whoever comes back under another one shares the cold-start rate of its address and is on probation',
  )
  return lines
}

function renderFrauds(frauds: readonly FraudPlan[]): string {
  const table = formatTable(
    ['fraud', 'share', 'estimate', 'requests', 'tokens', 'gain', 'saved', 'lost', ''],
    frauds.map(({ fraud, share, waits, estimate, requests, tokens, gain, saved, lost, verdict }) => [
      fraud,
      waits ? 'waits' : percent(share),
      orNone(estimate),
      orNone(requests),
      orNone(tokens),
      gain === null ? '' : percent(gain),
      orNone(saved),
      orNone(lost),
      verdict,
    ]),
  )
  const told = [
    'requests and tokens until conviction, by playing rates and evidence from the steady rate on, in whole rounds with the one asked meanwhile; estimate: ln(1/alpha)/(p g)',
    "gain: share of its pay that a cheat saves while it lasts; saved and lost: in answers' pay",
    'waits: substitutes every answer, but only at the least rate, and is honest while it is audited more',
    "what the e-values rest on: 2,000 answers of each fraud by the default model (docs/verification.md), rounded down; another model's are others",
  ]
  return [table, '', ...told].join('\n')
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}

function round(value: number): string {
  return Number(value.toFixed(1)).toString()
}

function orNone(value: number | null): string {
  return value === null ? '' : round(value)
}
