import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { checkCapacity } from '../verification/checks/check-capacity.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { MinerRamp, RampEntry, RampState } from './ramp-state.ts'
import { askedWorkOf, type SettledRound, verdictsByMiner } from './settled-round.ts'

export interface RampRound extends SettledRound {
  /** Work units per second that were offered in this very round, by miner key. */
  readonly offered: ReadonlyMap<string, number>
  /** Keys of the miners whose conviction keeps their score at zero now. */
  readonly convicted: readonly string[]
  /** Work units per second that miners claim, our part of it, by miner key; empty where no claim counts. */
  readonly claims?: ReadonlyMap<string, number>
}

/** Rounds that a measured rate is averaged over. */
const measuredRounds = 8
/** Share of a mean request that is offered on top of the measured rate. */
const headroom = 0.5

/**
 * The load to offer next. Without a miss it grows by the growth factor (its root where one of the last eight rounds had a miss: the
 * capacity is near), but only if the offered work was really asked. After a miss it falls to the measured rate: the asked work that was answered, per second.
 * One round holds only two or three requests of a slow miner, and a whole one is missed or not: measured by that
 * round alone it would be kept below its capacity, and a fast miner would not. So the measured rate is the better of this round's and
 * the mean of the last eight, and half a request is added: the gap that rounding to whole requests leaves.
 */
export function applyRamp(ramp: RampState, round: RampRound, subnet: SubnetFile): RampState {
  const byMiner = verdictsByMiner(round.verdicts)
  const convicted = new Set(round.convicted)
  const floor = leastRate(round.seconds, subnet)
  const miners: Record<string, MinerRamp> = {}
  for (const key of [...new Set(round.present)].sort()) {
    const before = ramp.miners[key]
    if (convicted.has(key)) {
      miners[key] = { rate: floor, recent: [], held: true }
      continue
    }
    if (before?.held === true) continue
    const after = nextRamp(before, byMiner.get(key) ?? [], round.offered.get(key), round.seconds, floor, subnet)
    if (after !== undefined) miners[key] = heldToClaim(after, before, round.claims?.get(key), floor, subnet)
  }
  return { miners }
}

function nextRamp(
  before: MinerRamp | undefined,
  verdicts: readonly Verdict[],
  offered: number | undefined,
  seconds: number,
  floor: number,
  { scoring: { growth } }: SubnetFile,
): MinerRamp | undefined {
  const entry = entryOf(verdicts, seconds)
  const rate = offered ?? before?.rate
  if (entry === null || rate === undefined) return before
  const recent = [...(before?.recent ?? []), entry].slice(-measuredRounds)
  if (missed(entry)) {
    const total = (name: keyof RampEntry) => recent.reduce((sum, one) => sum + one[name], 0)
    const measured = Math.max(entry.answered / entry.seconds, total('answered') / total('seconds'))
    const meanRequest = total('asked') / total('requests')
    return { rate: Math.max(floor, measured + (headroom * meanRequest) / seconds), recent, held: false }
  }
  const largest = verdicts.reduce((most, { askedWork }) => Math.max(most, askedWork), 0)
  // Whole requests: what was asked may differ from what was offered by one of them.
  if (entry.asked + largest < rate * seconds) return { rate, recent, held: false }
  return { rate: Math.max(floor, rate * (recent.some(missed) ? Math.sqrt(growth) : growth)), recent, held: false }
}

/**
 * Nobody is offered more than it claims; and who is under its claim is offered what it had at most, however well its last round went,
 * until the rounds in which it fell behind have left the window.
 */
function heldToClaim(
  after: MinerRamp,
  before: MinerRamp | undefined,
  claim: number | undefined,
  floor: number,
  { timing }: SubnetFile,
): MinerRamp {
  if (claim === undefined || timing === undefined) return after
  const rate = Math.max(floor, Math.min(after.rate, claim))
  if (checkCapacity(claim, after.recent, timing).result === 'pass') return { ...after, rate }
  return { ...after, rate: Math.min(rate, before?.rate ?? rate), underClaim: true }
}

function missed({ asked, answered }: RampEntry): boolean {
  return answered < asked
}

/** Void answers count neither way: they leave with their share of the time. Null where nothing else was asked. */
function entryOf(verdicts: readonly Verdict[], seconds: number): RampEntry | null {
  const asked = askedWorkOf(verdicts, ['pass', 'unaudited', 'miss', 'fail'])
  if (!(asked > 0)) return null
  const all = asked + askedWorkOf(verdicts, ['void'])
  const requests = verdicts.filter(({ kind }) => kind !== 'void').length
  return { asked, answered: askedWorkOf(verdicts, ['pass', 'unaudited']), requests, seconds: (seconds * asked) / all }
}

/** One request of the least length per round. */
function leastRate(seconds: number, { models, requests }: SubnetFile): number {
  const least = Math.min(...models.map(({ work }) => work.outputToken)) * requests.maxTokens.min
  return least / seconds
}
