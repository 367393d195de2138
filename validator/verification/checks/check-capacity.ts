import type { Finding } from '../verdict.ts'
import { inconclusive, pass } from './finding.ts'

/** Work units of one round, on the validator's clock. */
export interface MeasuredRound {
  readonly asked: number
  readonly answered: number
  readonly seconds: number
}

export interface CapacityTerms {
  /** Share of its claim by which a miner may stay below it. */
  readonly tolerance: number
  /** Rounds that must have asked for more than it ever did. */
  readonly shortRounds: number
}

/**
 * Holds a miner's signed claim (work units per second, our part of it) against what it showed over the last rounds. It is under its
 * claim where its best round stays below (1 - tolerance) x claim, and `shortRounds` of them asked for more than that best one: its own
 * limit then, and not ours. One clean round at the highest load clears it of requests that were lost on the wire. Inconclusive, and never a fail: a network may be slow too.
 */
export function checkCapacity(claim: number, rounds: readonly MeasuredRound[], { tolerance, shortRounds }: CapacityTerms): Finding {
  const shown = Math.max(...rounds.map(({ answered, seconds }) => answered / seconds))
  const short = rounds.filter(({ asked, seconds }) => asked / seconds > shown)
  if (short.length < shortRounds) return pass
  return shown < (1 - tolerance) * claim ? inconclusive('VERIFY_CAPACITY', { claim, shown }) : pass
}
