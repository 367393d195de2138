import type { AuditReason } from '../../shared/protocol/audit-reason.ts'
import type { AuditEconomics } from '../../shared/subnet/audit-economics.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { newcomerAudits } from './audit-state.ts'

export interface AuditTerms {
  /** Share of the receipts that are audited, 0 to 1. */
  readonly rate: number
  readonly reason: AuditReason
}

/** The part of a miner's audit history that its rate follows from. */
export type AuditGround = Pick<AuditReason, 'audited' | 'answers' | 'failedAt'>

/**
 * The audit rate of a miner: 1 for the first `probation` audited answers of its life and after each failure; then h / (h + answers audited
 * beyond them), h being `halfAfter`, until that meets the least rate. Without economics in the subnet file its rate holds for all. Additions, products
 * and quotients only: every machine gets the same bits.
 */
export function auditTerms(ground: AuditGround = newcomerAudits, subnet: SubnetFile): AuditTerms {
  const { economics, rate } = subnet.audit
  if (economics === undefined) return { rate, reason: { kind: 'fixed', audited: 0, answers: 0, failedAt: null } }
  const { audited, answers, failedAt } = ground
  const known = { audited, answers, failedAt }
  if (audited < economics.probation) return { rate: 1, reason: { kind: failedAt === null ? 'probation' : 'after failure', ...known } }
  const least = leastRate(answers, subnet, economics)
  const decayed = economics.halfAfter / (economics.halfAfter + audited - economics.probation)
  return decayed > least ? { rate: decayed, reason: { kind: 'decaying', ...known } } : { rate: least, reason: { kind: 'steady', ...known } }
}

/**
 * The rate at which cheating cannot pay: safety x G / (d L), G the saving on an answer, d the convictions per audited cheated answer, L
 * what a conviction costs in answers' pay; at least the file's `rate`, at most 1. A cheated answer is convicted with probability p d, so
 * that its expected loss p d L is `safety` times what it saves.
 */
export function leastRate(answers: number, subnet: SubnetFile, economics: AuditEconomics): number {
  const lost = (lossBlocks(subnet, economics) / subnet.round.blocks) * answers
  const needed = (economics.safety * economics.saving) / (economics.detection * lost)
  return Math.min(1, Math.max(subnet.audit.rate, economics.saving === 0 ? 0 : needed))
}

/**
 * What a conviction costs a miner, in blocks of its emission: the cheaper of serving its time and of coming back under new keys, which
 * is the registration's price and the blocks until the newcomer is paid. The struck window is in both: what it fed is paid until the next weights, and
 * whoever comes back is scored by its own rounds alone; counted once more it would make p too small.
 */
export function lossBlocks(subnet: Pick<SubnetFile, 'scoring'>, { entryBlocks, registrationBlocks }: AuditEconomics): number {
  return Math.min(subnet.scoring.convictionBlocks, registrationBlocks + entryBlocks)
}
