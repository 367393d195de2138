import type { AuditEconomics } from '../../shared/subnet/audit-economics.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type AuditState, emptyAudits, type MinerAudits, newcomerAudits } from './audit-state.ts'
import { type LossEffect, lossEffect, takeOpenings } from './lost-openings.ts'

/** What of a verdict decides later audit rates. */
export interface AuditedVerdict {
  readonly requestId: string
  readonly minerKey: string
  readonly kind: 'pass' | 'fail' | 'miss' | 'unaudited' | 'void'
  readonly code: string | null
  readonly eValue: number | null
}

/** A settled round, as far as it decides later audit rates. */
export interface AuditedSettlement {
  readonly verdicts: readonly AuditedVerdict[]
  /** Keys of all miners that the metagraph holds now. */
  readonly present: readonly string[]
}

/** Share of cheating that the suspicion looks for: between the shares of the evidence, quick with a few strong answers and with many weak ones. */
const suspectedShare = 0.3
/** Rounds that the number of answers is averaged over. */
const smoothing = 8

/** Takes a settled round into the audit histories: what decides the rates of the next round. Verdicts count in the order of their request ids. */
export function applyAudits(state: AuditState, { verdicts, present }: AuditedSettlement, subnet: SubnetFile): AuditState {
  const { economics } = subnet.audit
  if (economics === undefined) return emptyAudits
  const byMiner = new Map<string, AuditedVerdict[]>()
  for (const verdict of verdicts) {
    const list = byMiner.get(verdict.minerKey)
    if (list === undefined) byMiner.set(verdict.minerKey, [verdict])
    else list.push(verdict)
  }
  const miners: Record<string, MinerAudits> = {}
  for (const key of [...new Set(present)].sort()) {
    const before = state.miners[key]
    const own = (byMiner.get(key) ?? []).filter(({ kind }) => kind !== 'void')
    const after = own.length === 0 ? before : withRound(before, own, economics, subnet)
    if (after !== undefined) miners[key] = after
  }
  return { miners }
}

function withRound(
  before: MinerAudits | undefined,
  verdicts: readonly AuditedVerdict[],
  economics: AuditEconomics,
  subnet: SubnetFile,
): MinerAudits {
  const answered = verdicts.filter(verdict => verdict.kind !== 'miss' || isLost(verdict)).length
  const mean = before === undefined ? answered : before.answers + (answered - before.answers) / smoothing
  const sorted = [...verdicts].sort((a, b) => (a.requestId < b.requestId ? -1 : a.requestId > b.requestId ? 1 : 0))
  const outcomes = sorted.filter(verdict => verdict.eValue !== null || isLost(verdict)).map(isLost)
  const onLoss = lossEffect(before?.openings, outcomes, subnet)
  const { audited, suspicion, failedAt } = sorted.reduce(
    (miner, verdict) => withVerdict(miner, verdict, onLoss, economics),
    before ?? newcomerAudits,
  )
  const openings = subnet.proof === undefined ? undefined : takeOpenings(before?.openings, outcomes, subnet)
  return { audited, suspicion, answers: mean, failedAt, ...(openings && { openings }) }
}

/**
 * A failure is a fail, an opening that was not given in a round in which too many were not, or suspicion of `doubt`: S = max(1, S)(1 - q + q e) with
 * q = 0.3, a running product that forgets what spoke for the miner. Few losses are no failure: one in each round would have us audit everything for good.
 */
function withVerdict(miner: MinerAudits, verdict: AuditedVerdict, onLoss: LossEffect, { doubt }: AuditEconomics): MinerAudits {
  const { kind, eValue, requestId } = verdict
  if (kind === 'fail' || (onLoss === 'fails' && isLost(verdict))) return { ...miner, audited: 0, suspicion: 1, failedAt: requestId }
  if (eValue === null) return miner
  const suspicion = Math.max(1, miner.suspicion * (1 - suspectedShare + suspectedShare * eValue))
  if (suspicion >= doubt) return { ...miner, audited: 0, suspicion: 1, failedAt: requestId }
  return { ...miner, audited: miner.audited + (isLost(verdict) && onLoss === 'is left out' ? 0 : 1), suspicion }
}

/** An opening that was asked for and did not come. */
function isLost({ kind, code }: AuditedVerdict): boolean {
  return kind === 'miss' && code !== null && code.startsWith('VERIFY_OPENING')
}

/** Miners whose lost openings are evidence: their unaudited work is not paid. */
export function listWithholding({ miners }: AuditState): Set<string> {
  return new Set(Object.entries(miners).flatMap(([key, { openings }]) => ((openings?.given ?? null) === null ? [] : [key])))
}
