import type { AuditEconomics } from '../../shared/subnet/audit-economics.ts'

/** Economics of the toy subnet: with its rounds of 5 blocks and conviction of 100 blocks, a conviction costs 20 rounds. */
export const toyEconomics: AuditEconomics = {
  probation: 25,
  halfAfter: 25,
  doubt: 100,
  saving: 0.5,
  detection: 0.1,
  entryBlocks: 100,
  registrationBlocks: 20,
  safety: 2,
}
