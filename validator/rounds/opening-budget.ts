import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'

/** Share of a round's seconds that asking for its openings may take. */
const budgetShare = 1 / 4
/** A miner that restarts is back by then. */
const longestPauseMs = 15_000

/** The time that a miner has for the openings of one round, all together. */
export interface OpeningBudget {
  readonly totalMs: number
  /** From the first question until those that nobody answered are asked once more. */
  readonly pauseMs: number
  /** Blocks that asking may take. */
  readonly blocks: number
}

/**
 * The budget of one miner: a quarter of the round's seconds, and one opening's time at least. Miners are asked side by side, so that a round
 * waits for the slowest no longer than this, three quarters are left to judge in, and no backlog grows. In a round of 300 s an honest miner
 * has 460 ms for each of 650 openings, four at once.
 */
export function openingBudget(
  round: { readonly seconds: number; readonly blocks: number },
  { openingMs }: Pick<NonNullable<SubnetFile['proof']>, 'openingMs'>,
): OpeningBudget {
  const shareMs = round.seconds * 1_000 * budgetShare
  return {
    totalMs: Math.max(openingMs, shareMs),
    pauseMs: Math.min(longestPauseMs, shareMs / 2),
    blocks: Math.ceil(round.blocks * budgetShare),
  }
}
