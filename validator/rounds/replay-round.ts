import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { readExchanges } from '../storage/exchange-table.ts'
import type { Store } from '../storage/open-store.ts'
import { readOpenings } from '../storage/opening-table.ts'
import { readRound } from '../storage/round-table.ts'
import { readJudgements, readSettledRange, readSettlement, readSettlementBefore } from '../storage/settlement-table.ts'
import { readSubnetFile } from '../storage/subnet-table.ts'
import type { ModelFacts } from '../verification/checks/answer.ts'
import { judge } from '../verification/judge.ts'
import { unpackStatistics } from '../verification/pack-statistics.ts'
import type { ReferenceStatistics } from '../verification/reference-statistics.ts'
import type { Verdict } from '../verification/verdict.ts'
import { drawAudits } from './auditor.ts'
import { digestEvidence } from './digest-evidence.ts'
import type { SettlementInputs } from './scoreboard.ts'
import { emptyScoring, parseState, settleScores } from './settle-scores.ts'

export interface Replay {
  readonly round: number
  readonly verdicts: readonly Verdict[]
  readonly scores: Readonly<Record<string, number>>
  /** Places where what is stored and what was computed again differ; empty where the round holds byte for byte. */
  readonly differences: readonly string[]
}

/** Computes a settled round again from what is stored (exchanges, openings, beacons, the reference's statistics, the state before it) and compares verdicts, state and scores byte for byte. */
export async function replayRound(
  store: Store,
  number: number,
  master: Uint8Array,
  factsOf: (subnet: SubnetFile) => Promise<ModelFacts>,
): Promise<Replay> {
  const [found, stored] = await Promise.all([readRound(store, number), readSettlement(store, number)])
  if (found?.status !== 'settled' || stored === null) {
    const range = await readSettledRange(store)
    throw new AssayError('VALIDATOR_ROUND_UNKNOWN', { round: number, first: range?.first ?? 'none', last: range?.last ?? 'none' })
  }
  const { round } = found
  // Written by the scoreboard alone.
  const inputs = JSON.parse(stored.inputs) as SettlementInputs
  const subnet = await readSubnetFile(store, round.scoringVersion)
  const model = await factsOf(subnet)
  const judgements = new Map((await readJudgements(store, number)).map(row => [row.requestId, row]))
  const differences: string[] = []
  const exchanges = await readExchanges(store, number)
  const kept = new Map([...judgements].map(([requestId, row]) => [requestId, row.statistics]))
  const openings = await readOpenings(store, number)
  if (digestEvidence(exchanges, kept, openings) !== inputs.evidenceDigest) differences.push('the stored exchanges or statistics')
  const stateBefore = (await readSettlementBefore(store, number))?.state
  const carried = stateBefore === undefined ? emptyScoring : parseState(stateBefore)
  const answers = drawAudits({
    ...{ round, exchanges, beacons: inputs.beacons, master, netuid: inputs.netuid, subnet, before: carried.audits },
  })
  const judged = answers.map(({ exchange, audited, terms: drawn }) => {
    const { requestId } = exchange.ask.assay
    const before = judgements.get(requestId)
    const terms = subnet.models.find(({ name }) => name === exchange.ask.model)
    if (terms === undefined) throw new AssayError('SUBNET_MODELS', { count: subnet.models.length })
    const statistics = readStatistics(before?.statistics ?? null)
    return judge({
      exchange,
      validator: inputs.validator,
      netuid: inputs.netuid,
      model,
      terms,
      audited,
      auditRate: drawn.rate,
      auditReason: drawn.reason,
      commitmentBlock: inputs.commitmentBlock,
      statistics,
      referenceReady: inputs.referenceReady,
      earlierReceiptDigest: inputs.earlier[requestId] ?? null,
      opened: openings.get(requestId) ?? null,
    })
  })
  const { block, present, coldkeys, control } = inputs
  const settled = settleScores({
    before: carried,
    round,
    verdicts: judged,
    block,
    present,
    ...(coldkeys && { coldkeys }),
    ...(control !== undefined && { control }),
    subnet,
  })
  const { verdicts } = settled
  for (const verdict of verdicts) {
    const { requestId } = verdict
    if (judgements.get(requestId)?.verdict !== canonicalJson(verdict as unknown as Json))
      differences.push(`verdict of request ${requestId}`)
    judgements.delete(requestId)
  }
  for (const requestId of judgements.keys()) differences.push(`verdict of request ${requestId}, which has no exchange`)
  const scores = Object.fromEntries(settled.scores)
  if (canonicalJson(settled.state as unknown as Json) !== stored.state) differences.push('the state after the round')
  if (canonicalJson(scores) !== stored.scores) differences.push('the scores')
  return { round: number, verdicts, scores, differences }
}

/** Statistics that cannot be read any more were changed: the verdict without them will differ. */
function readStatistics(stored: string | null): ReferenceStatistics | null {
  try {
    return stored === null ? null : unpackStatistics(JSON.parse(stored))
  } catch (error) {
    if (error instanceof SyntaxError || isAssayError(error, 'PROTO_SHAPE')) return null
    throw error
  }
}
