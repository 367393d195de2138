import type { AuditEconomics } from '../../shared/subnet/audit-economics.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type AuditState, emptyAudits, type MinerAudits, newcomerAudits } from './audit-state.ts'

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
    const after = own.length === 0 ? before : withRound(before, own, economics)
    if (after !== undefined) miners[key] = after
  }
  return { miners }
}

function withRound(before: MinerAudits | undefined, verdicts: readonly AuditedVerdict[], economics: AuditEconomics): MinerAudits {
  const answered = verdicts.filter(({ kind }) => kind !== 'miss').length
  const mean = before === undefined ? answered : before.answers + (answered - before.answers) / smoothing
  const sorted = [...verdicts].sort((a, b) => (a.requestId < b.requestId ? -1 : a.requestId > b.requestId ? 1 : 0))
  const { audited, suspicion, failedAt } = sorted.reduce(
    (miner, verdict) => withVerdict(miner, verdict, economics),
    before ?? newcomerAudits,
  )
  return { audited, suspicion, answers: mean, failedAt }
}

/**
 * A failure is a fail, an opening that was not given, or suspicion of `doubt`: S = max(1, S)(1 - q + q e) with q = 0.3, a running product that forgets
 * what spoke for the miner.
 */
function withVerdict(miner: MinerAudits, verdict: AuditedVerdict, { doubt }: AuditEconomics): MinerAudits {
  const { kind, code, eValue, requestId } = verdict
  const isFailure = kind === 'fail' || (kind === 'miss' && code !== null && code.startsWith('VERIFY_OPENING'))
  if (isFailure) return { ...miner, audited: 0, suspicion: 1, failedAt: requestId }
  if (eValue === null) return miner
  const suspicion = Math.max(1, miner.suspicion * (1 - suspectedShare + suspectedShare * eValue))
  if (suspicion >= doubt) return { ...miner, audited: 0, suspicion: 1, failedAt: requestId }
  return { ...miner, audited: miner.audited + 1, suspicion }
}
