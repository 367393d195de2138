import type { AuditReason } from '../../shared/protocol/audit-reason.ts'

/** Why a receipt is audited at the rate of a subnet file without economics. */
export const fixedRate: AuditReason = { kind: 'fixed', audited: 0, answers: 0, failedAt: null }
