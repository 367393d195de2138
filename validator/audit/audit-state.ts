import type { LostOpenings } from './lost-openings.ts'

/** What the audit rate of one miner depends on. */
export interface MinerAudits {
  /** Audited answers since it was new, or since its last failure. */
  readonly audited: number
  /** Running product of e-values, never below 1: how much speaks against it lately. */
  readonly suspicion: number
  /** Answers in a round, in the mean of the last ones. */
  readonly answers: number
  /** The request of its last failure; null where there was none. */
  readonly failedAt: string | null
  /** Left out until the first audited answer of a subnet whose miners open them. */
  readonly openings?: LostOpenings
}

/** By miner key; plain JSON, stored with every settled round. Empty where the subnet file fixes the rate. */
export interface AuditState {
  readonly miners: Readonly<Record<string, MinerAudits>>
}

/** The state before the first settled round. */
export const emptyAudits: AuditState = { miners: {} }

/** A miner of which nothing is known. */
export const newcomerAudits: MinerAudits = { audited: 0, suspicion: 1, answers: 0, failedAt: null }
