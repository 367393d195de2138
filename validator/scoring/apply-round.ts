import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type EvidenceState, emptyEvidence, evidenceOf, updateEvidence } from '../verification/evidence/evidence-state.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { MinerHistory, RoundEntry, ScoreState } from './score-state.ts'
import { askedWorkOf, type SettledRound, verdictsByMiner } from './settled-round.ts'

/**
 * Takes a settled round into the state and gives every present miner's score: verified work per second over the last W settled
 * rounds in which it was offered something. A conviction (a fail, or evidence of 1/alpha) strikes the window and keeps the
 * score at zero for convictionBlocks; rounds in that time earn nothing later either. Evidence that convicted starts anew at the
 * conviction, not at the release: who goes on cheating while convicted is convicted again, and the time starts over. `convicted` are
 * the present miners whose time is running.
 */
export function applyRound(
  state: ScoreState,
  round: SettledRound,
  subnet: SubnetFile,
): { state: ScoreState; scores: Map<string, number>; convicted: string[] } {
  const byMiner = verdictsByMiner(round.verdicts)
  const present = new Set(round.present)
  const miners: Record<string, MinerHistory> = {}
  const scores = new Map<string, number>()
  const convicted: string[] = []
  for (const key of [...new Set([...Object.keys(state.miners), ...present])].sort()) {
    const before = state.miners[key] ?? newHistory(round, subnet)
    const known = present.has(key) ? { ...before, lastRound: round.number } : before
    const after = applyVerdicts(known, byMiner.get(key) ?? [], round, subnet)
    if (after.convictedUntilBlock !== null && present.has(key)) convicted.push(key)
    // Whoever left the metagraph comes back under another key.
    if (round.number - after.lastRound <= subnet.scoring.windowRounds) miners[key] = after
    if (present.has(key)) scores.set(key, scoreOf(after))
  }
  return { state: { miners }, scores, convicted }
}

function newHistory(round: SettledRound, subnet: SubnetFile): MinerHistory {
  const evidence = emptyEvidence(subnet.evidence.shares)
  return { window: [], evidence, peakEvidence: 1, convictions: 0, convictedUntilBlock: null, lastRound: round.number }
}

function applyVerdicts(history: MinerHistory, verdicts: readonly Verdict[], round: SettledRound, subnet: SubnetFile): MinerHistory {
  const seen = weighEvidence(history.evidence, verdicts, subnet)
  const peakEvidence = Math.max(history.peakEvidence, seen.peak)
  const { convictionBlocks, windowRounds } = subnet.scoring
  if (seen.convicted) {
    return {
      ...history,
      window: [],
      evidence: seen.evidence,
      peakEvidence,
      convictions: history.convictions + 1,
      convictedUntilBlock: round.block + convictionBlocks,
    }
  }
  const serving = history.convictedUntilBlock !== null && round.block < history.convictedUntilBlock
  if (serving) return { ...history, evidence: seen.evidence, peakEvidence }
  const entry = entryOf(verdicts, round)
  const window = entry === null ? history.window : [...history.window, entry].slice(-windowRounds)
  return { ...history, window, evidence: seen.evidence, peakEvidence, convictedUntilBlock: null }
}

/** The e-values in the order of request ids; the first crossing convicts, and what follows it counts toward the next life. */
function weighEvidence(
  before: EvidenceState,
  verdicts: readonly Verdict[],
  { evidence: { alpha, shares } }: SubnetFile,
): { evidence: EvidenceState; peak: number; convicted: boolean } {
  let evidence = before
  let peak = 1
  let convicted = verdicts.some(({ kind }) => kind === 'fail')
  for (const { eValue } of verdicts) {
    if (eValue === null) continue
    evidence = updateEvidence(evidence, eValue, shares)
    const reached = evidenceOf(evidence)
    peak = Math.max(peak, reached)
    if (reached < 1 / alpha) continue
    convicted = true
    evidence = emptyEvidence(shares)
  }
  return { evidence, peak, convicted }
}

/** Void answers cost nothing: their share of the round's asked work is taken out of its seconds. Null where nothing else was offered. */
function entryOf(verdicts: readonly Verdict[], round: SettledRound): RoundEntry | null {
  const counted = verdicts.filter(({ kind }) => kind !== 'void')
  if (counted.length === 0) return null
  const asked = askedWorkOf(counted, ['pass', 'fail', 'miss', 'unaudited'])
  const all = asked + askedWorkOf(verdicts, ['void'])
  const work = counted.reduce((sum, { kind, work }) => (kind === 'pass' || kind === 'unaudited' ? sum + work : sum), 0)
  return { round: round.number, work, seconds: all > 0 ? (round.seconds * asked) / all : round.seconds }
}

function scoreOf({ window, convictedUntilBlock }: MinerHistory): number {
  if (convictedUntilBlock !== null) return 0
  const seconds = window.reduce((sum, entry) => sum + entry.seconds, 0)
  return seconds > 0 ? window.reduce((sum, entry) => sum + entry.work, 0) / seconds : 0
}
