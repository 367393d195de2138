import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type EvidenceState, emptyEvidence, evidenceOf, updateEvidence } from '../verification/evidence/evidence-state.ts'

/** What a validator remembers of the openings that a miner lost. Plain JSON of a fixed size. */
export interface LostOpenings {
  /** One e-value a round: how much speaks against it losing no more than honest miners do. */
  readonly evidence: EvidenceState
  /** Openings given in a row since its losses became evidence; null while they are none. Until there are enough of them, its unaudited work is not paid. */
  readonly given: number | null
  /** Rounds for which no loss brings back full audits, since one has. */
  readonly quiet: number
}

/** What a lost opening does to the audit rate: it is a failure; it counts as an audited answer; or it is left out. */
export type LossEffect = 'fails' | 'counts' | 'is left out'

/** One audited answer: was its opening lost? In the order of request ids. */
export type OpeningOutcomes = readonly boolean[]

/** Share of a round's openings that honest miners lose in the mean: two in a hundred, and all of them in the round of a restart, one round of fifty; with room. */
const honestLoss = 0.05
/** So many times that share in one round is a failure by itself: all is audited again. */
const grossLoss = 4
/** Rounds with answers between two such failures, at least: full audits cost the validator, and one loss in each round is cheap. */
const quietRounds = 10
/** Who loses twice as many as honest miners do gives so many in a row once in two hundred times: 2.5 / the share. */
const givenInRow = 2.5

/** The share that honest miners lose, as the subnet file has it. */
export function honestLossOf({ proof }: Pick<SubnetFile, 'proof'>): number {
  return proof?.honestLoss ?? honestLoss
}

/** What the losses of a round do. Whose losses are evidence already is paid for what it opens alone: auditing more of it would cost us, and not the miner. */
export function lossEffect(before: LostOpenings | undefined, outcomes: OpeningOutcomes, subnet: Pick<SubnetFile, 'proof'>): LossEffect {
  if (before !== undefined && before.given !== null) return 'counts'
  const isGross = lostShare(outcomes) > Math.min(0.5, grossLoss * honestLossOf(subnet))
  return isGross && (before?.quiet ?? 0) === 0 ? 'fails' : 'is left out'
}

/**
 * Takes a round's openings in. The lost share L of a round, over the honest share b, is an e-value where E[L] <= b, however the losses of one
 * round hang together; its e-process is the mixture of all others, so that an honest miner's losses ever become evidence (1/alpha) with a chance of alpha
 * at most. Then a row of 2.5 / b given openings ends it, and the evidence starts anew. Undefined where there was never an audited answer.
 */
export function takeOpenings(
  before: LostOpenings | undefined,
  outcomes: OpeningOutcomes,
  subnet: Pick<SubnetFile, 'proof' | 'evidence'>,
): LostOpenings | undefined {
  if (outcomes.length === 0) return before
  const { shares, alpha } = subnet.evidence
  const honest = honestLossOf(subnet)
  const empty = emptyEvidence(shares)
  const quiet = lossEffect(before, outcomes, subnet) === 'fails' ? quietRounds : Math.max(0, (before?.quiet ?? 0) - 1)
  if (before !== undefined && before.given !== null) {
    const enough = givenInRow / honest
    let given = before.given
    for (const isLost of outcomes) if (given < enough) given = isLost ? 0 : given + 1
    return given < enough ? { evidence: before.evidence, given, quiet } : { evidence: empty, given: null, quiet }
  }
  const evidence = updateEvidence(before?.evidence ?? empty, lostShare(outcomes) / honest, shares)
  return { evidence, given: evidenceOf(evidence) >= 1 / alpha ? 0 : null, quiet }
}

function lostShare(outcomes: OpeningOutcomes): number {
  return outcomes.length === 0 ? 0 : outcomes.filter(isLost => isLost).length / outcomes.length
}
