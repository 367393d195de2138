import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import type { StreamEvidence } from '../verification/evidence/miner-evidence.ts'
import type { Verdict } from '../verification/verdict.ts'
import { admitNewcomers } from './admit-newcomers.ts'
import { findMassFailure, type RoundFailures } from './find-mass-failure.ts'
import { forgetDeparted } from './forget-departed.ts'
import type { MinerHistory, RoundEntry, ScoreState } from './score-state.ts'
import { askedWorkOf, type SettledRound, verdictsByMiner } from './settled-round.ts'
import { weighEvidence } from './weigh-evidence.ts'

/** A miner convicted in this round, and by what. */
export interface NewConviction {
  readonly key: string
  readonly coldkey: string
  /** A fail; evidence that crossed 1/alpha now; or evidence that did so in a round in which most failed. */
  readonly reason: 'fail' | 'evidence' | 'pending'
  /** At the crossing; null for a fail. */
  readonly evidence: number | null
  /** The streams as they were before the round. */
  readonly before: StreamEvidence
  readonly untilBlock: number
}

export interface AppliedRound {
  readonly state: ScoreState
  readonly scores: Map<string, number>
  /** Present miners whose conviction keeps their score at zero now. */
  readonly convicted: string[]
  readonly convictions: readonly NewConviction[]
  readonly failures: RoundFailures
}

/**
 * Takes a settled round into the state and gives every present miner's score: verified work per second over the last W settled
 * rounds in which it was offered something. A conviction (a fail, or evidence of 1/alpha) strikes the window and keeps the
 * score at zero for convictionBlocks; rounds in that time earn nothing later either. Evidence that convicted starts anew at the
 * conviction, not at the release: who goes on cheating while convicted is convicted again, and the time starts over. Where most fail
 * a round, evidence convicts nobody until a round in which most do not, and is dropped where a check is suspended before that; a fail always does. What stands against a registration follows its
 * coldkey to the next one.
 */
export function applyRound(state: ScoreState, round: SettledRound, subnet: SubnetFile): AppliedRound {
  const byMiner = verdictsByMiner(round.verdicts)
  const present = new Set(round.present)
  const histories = admitNewcomers(state.miners, round, subnet)
  const failures = findMassFailure(round, subnet, key => (histories[key]?.convictedUntilBlock ?? null) !== null)
  const miners: Record<string, MinerHistory> = {}
  const scores = new Map<string, number>()
  const convicted: string[] = []
  const convictions: NewConviction[] = []
  for (const key of Object.keys(histories).sort()) {
    const before = histories[key]
    if (before === undefined) continue
    const { after, conviction } = applyVerdicts(key, before, byMiner.get(key) ?? [], { round, subnet, failures })
    miners[key] = after
    if (conviction !== null) convictions.push({ key, coldkey: after.coldkey, ...conviction })
    if (!present.has(key)) continue
    if (after.convictedUntilBlock !== null) convicted.push(key)
    scores.set(key, scoreOf(after))
  }
  return { state: { miners: forgetDeparted(miners, round, subnet) }, scores, convicted, convictions, failures }
}

type Decision = Omit<NewConviction, 'key' | 'coldkey'>

interface RoundTerms {
  readonly round: SettledRound
  readonly subnet: SubnetFile
  readonly failures: RoundFailures
}

function applyVerdicts(
  key: string,
  history: MinerHistory,
  verdicts: readonly Verdict[],
  { round, subnet, failures }: RoundTerms,
): { after: MinerHistory; conviction: Decision | null } {
  const { convictionBlocks, windowRounds } = subnet.scoring
  const version = round.scoringVersion ?? ''
  // Another version may have other bounds, and a check that an honest engine fails was perhaps wrong already when this was reached.
  const isDoubtful = history.pending !== null && (history.pending.scoringVersion !== version || (round.suspended ?? []).length > 0)
  const earlier = isDoubtful ? {} : history.streams
  const { streams, peak, crossing } = weighEvidence(earlier, verdicts, subnet)
  const waiting = isDoubtful ? null : history.pending
  const known = { ...history, streams, peakEvidence: Math.max(history.peakEvidence, peak) }
  const reached = crossing ?? waiting?.evidence ?? null
  const isFail = verdicts.some(({ kind }) => kind === 'fail')
  const isDue = reached !== null && !failures.isMass && failures.judged > 0
  if (isFail || isDue) {
    const untilBlock = round.block + convictionBlocks
    const reason = isFail ? 'fail' : crossing !== null ? 'evidence' : 'pending'
    return {
      after: { ...known, window: [], pending: null, convictions: history.convictions + 1, convictedUntilBlock: untilBlock },
      conviction: { reason, evidence: reached, before: earlier, untilBlock },
    }
  }
  const pending = reached === null ? null : (waiting ?? { round: round.number, evidence: reached, scoringVersion: version })
  const isServing = history.convictedUntilBlock !== null && round.block < history.convictedUntilBlock
  if (isServing) return { after: { ...known, pending }, conviction: null }
  const entry = entryOf(verdicts, round, failures.isMass && failures.failing.has(key))
  const window = entry === null ? history.window : [...history.window, entry].slice(-windowRounds)
  return { after: { ...known, pending, window, convictedUntilBlock: null }, conviction: null }
}

/** Void answers cost nothing: their share of the round's asked work is taken out of its seconds. Null where nothing else was offered. */
function entryOf(verdicts: readonly Verdict[], round: SettledRound, isUnpaid: boolean): RoundEntry | null {
  const counted = verdicts.filter(({ kind }) => kind !== 'void')
  if (counted.length === 0) return null
  const asked = askedWorkOf(counted, ['pass', 'fail', 'miss', 'unaudited'])
  const all = asked + askedWorkOf(verdicts, ['void'])
  const paid = isUnpaid ? [] : counted.filter(verdict => isPaid(verdict, round))
  const work = paid.reduce((sum, { work }) => sum + work, 0)
  return { round: round.number, work, seconds: all > 0 ? (round.seconds * asked) / all : round.seconds }
}

/** Who withholds openings is paid for audited answers alone: the others count because audited ones stand for them. */
function isPaid({ kind, minerKey }: Verdict, { withholding }: SettledRound): boolean {
  return kind === 'pass' || (kind === 'unaudited' && withholding?.has(minerKey) !== true)
}

function scoreOf({ window, convictedUntilBlock }: MinerHistory): number {
  if (convictedUntilBlock !== null) return 0
  const seconds = window.reduce((sum, entry) => sum + entry.seconds, 0)
  return seconds > 0 ? window.reduce((sum, entry) => sum + entry.work, 0) / seconds : 0
}
