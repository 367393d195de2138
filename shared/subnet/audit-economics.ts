import { type Static, Type } from 'typebox'

const positive = Type.Number({ exclusiveMinimum: 0 })
const count = Type.Integer({ minimum: 1 })

/** From what the audit rates of a subnet follow: what cheating saves, how soon audits convict it, and what a conviction costs. */
export const AuditEconomics = Type.Object(
  {
    /** Audited answers of a newcomer, and after each failure, that are all audited. */
    probation: count,
    /** Audited answers beyond them after which the rate has fallen to half. */
    halfAfter: count,
    /** Suspicion (a running product of e-values) at which every answer is audited again; an honest miner reaches it once in as many audited answers, at most. */
    doubt: Type.Number({ exclusiveMinimum: 1, maximum: 1e6 }),
    /** What the most profitable cheat saves on an answer, as a share of the answer's pay. */
    saving: Type.Number({ minimum: 0, maximum: 1 }),
    /** Power of the audits: one over the audited cheated answers until conviction, of the weakest cheat that must not pay. */
    detection: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** Blocks without emission after a fresh registration: first settled round, weights, and their way through the chain. */
    entryBlocks: count,
    /** Least price of a registration, in blocks of a miner's emission. */
    registrationBlocks: Type.Number({ minimum: 0 }),
    /** How many times as much as it saves a cheat must lose. */
    safety: positive,
  },
  { additionalProperties: false },
)
export type AuditEconomics = Static<typeof AuditEconomics>
