import type { ScoreState } from './score-state.ts'

/** What stands against a miner: the highest evidence ever reached as log10 (0 for none), and until when its score is zero. */
export function standingOf(
  state: ScoreState,
  key: string,
): { evidenceLog10: number; convictions: number; convictedUntilBlock: number | null } {
  const history = state.miners[key]
  if (history === undefined) return { evidenceLog10: 0, convictions: 0, convictedUntilBlock: null }
  const { peakEvidence, convictions, convictedUntilBlock } = history
  return { evidenceLog10: Math.log10(peakEvidence), convictions, convictedUntilBlock }
}
