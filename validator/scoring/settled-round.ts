import type { StatisticalCheck } from '../verification/evidence/answer-e-value.ts'
import type { Verdict } from '../verification/verdict.ts'

/** A round whose verdicts are all known. */
export interface SettledRound {
  readonly number: number
  /** Block at which it was settled. */
  readonly block: number
  /** Length of the round. */
  readonly seconds: number
  /** Keys of all miners that the metagraph holds now. */
  readonly present: readonly string[]
  readonly verdicts: readonly Verdict[]
  /** Coldkeys of the present miners, by miner key; the hotkey stands for one that is not known. */
  readonly coldkeys?: Readonly<Record<string, string>>
  /** Statistical checks that do not count in it, and count as 1 in its verdicts. */
  readonly suspended?: readonly StatisticalCheck[]
  /** Keys of miners that withheld openings before it: their unaudited work is not paid. */
  readonly withholding?: ReadonlySet<string>
  /** Digest of the subnet file that it was asked and judged by. */
  readonly scoringVersion?: string
}

/** The verdicts by miner key, each list in the order of request ids: results must not depend on the order of arrival. */
export function verdictsByMiner(verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  const byMiner = new Map<string, Verdict[]>()
  for (const verdict of [...verdicts].sort((a, b) => (a.requestId < b.requestId ? -1 : a.requestId > b.requestId ? 1 : 0))) {
    const list = byMiner.get(verdict.minerKey)
    if (list === undefined) byMiner.set(verdict.minerKey, [verdict])
    else list.push(verdict)
  }
  return byMiner
}

/** Asked work of verdicts of some kinds, in work units. */
export function askedWorkOf(verdicts: readonly Verdict[], kinds: readonly Verdict['kind'][]): number {
  return verdicts.reduce((sum, { kind, askedWork }) => (kinds.includes(kind) ? sum + askedWork : sum), 0)
}
