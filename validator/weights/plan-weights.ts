import type { WeightsForm } from './intent.ts'
import { type EpochSchedule, epochOfNextBlock, nextEpochBlock } from './next-epoch-block.ts'

/** What the plan is made from: the live hyperparameters and epoch state, and what the journal knows. Blocks are heights. */
export interface WeightsOutlook {
  /** Read at the head: `schedule.block` is the head. */
  readonly schedule: EpochSchedule
  readonly rateLimit: number
  readonly activityCutoff: number
  readonly commitReveal: boolean
  /** Whether the chain can open timelocked commits. */
  readonly timelock: boolean
  readonly registered: boolean
  /** A validator permit, or the owner's own neuron, which needs none. */
  readonly permitted: boolean
  /** Our last update on the chain or in the journal, whichever is newer; 0 stands for never. */
  readonly lastUpdateBlock: number
  /** The version key that we send, and the least that the chain takes. */
  readonly versionKey: bigint
  readonly chainVersionKey: bigint
  /** Uids that would get weight by our scores. */
  readonly earning: number
  /** Whether there is an earlier vector to repeat. */
  readonly repeatable: boolean
  /** Our commits that the chain holds unrevealed. */
  readonly unrevealed: number
  /** The newest submission that the chain took; null where there was none yet. */
  readonly covered: { readonly epoch: number; readonly block: number } | null
  /** The epoch in which this validator began; it is judged from the next one on. */
  readonly dutyEpoch: number
  /** Attempts that failed for the epoch of the next block, and the head at the last one. */
  readonly failures: number
  readonly lastAttemptBlock: number | null
  /** A sent submission of unknown fate. */
  readonly open: boolean
  /** No submission before this block: the chain must first be seen to be quiet for a whole tempo. */
  readonly quietUntilBlock: number | null
}

export interface PlanSettings {
  /** How commits are made where the chain wants commits. */
  readonly commitForm: 'timelocked' | 'hash'
  /** What is sent where no score is above zero: the last good vector again, or nothing. */
  readonly lastResort: 'repeat' | 'nothing'
}

/** What keeps weights from being sent. */
export type WeightsStop =
  | 'not registered'
  | 'no permit'
  | 'no epochs'
  | 'rate limit'
  | 'no score above zero'
  | 'too many unrevealed commits'
  | 'weights version'
  | 'doppelganger watch'
  | 'unknown fate'

export interface WeightsPlan {
  readonly form: WeightsForm
  readonly epoch: number
  /** The block whose epoch reads the weights next; null where the subnet runs none. */
  readonly epochBlock: number | null
  /** The first and last block in which a submission for that epoch is planned to land. */
  readonly window: { readonly opens: number; readonly closes: number } | null
  /** The first block that is to hold the next submission: it is sent when the head is the block before. Null where no block can. */
  readonly submitAt: number | null
  /** Whether it is to be sent now. */
  readonly due: boolean
  readonly content: 'scores' | 'last good vector' | 'nothing'
  /** Empty where nothing stands in the way; the rate limit is listed where it forbids the whole tempo. */
  readonly stops: readonly WeightsStop[]
  /** Tempos that ended without our weights although the chain would have taken them. */
  readonly missedTempos: number
  /** The block after which the chain calls us inactive; null where we never set weights. */
  readonly inactiveAfter: number | null
}

/** A chain holds no more unrevealed commits of one hotkey. */
export const mostUnrevealed = 10
/** The window is a quarter of the tempo, within these bounds: fresh scores on one side, time for retries and finality on the other. */
const [shortestWindow, longestWindow] = [12, 40]

/**
 * Plans the next submission: in the window before the epoch's end, after a missed tempo or where there never was one as soon as the
 * rate limit allows, after failures with growing pauses that never reach beyond the deadline.
 */
export function planWeights(outlook: WeightsOutlook, settings: PlanSettings): WeightsPlan {
  const { schedule, lastUpdateBlock, rateLimit, earning, repeatable } = outlook
  const content = earning > 0 ? 'scores' : settings.lastResort === 'repeat' && repeatable ? 'last good vector' : 'nothing'
  const stops = stopsOf(outlook, content)
  const common = {
    form: formOf(outlook, settings),
    epoch: epochOfNextBlock(schedule),
    content,
    missedTempos: countMissed(outlook),
    inactiveAfter: lastUpdateBlock === 0 ? null : lastUpdateBlock + outlook.activityCutoff,
  } as const
  const next = schedule.block + 1
  const ending = endOfEpoch(schedule)
  if (ending === null) return { ...common, epochBlock: null, window: null, submitAt: null, due: false, stops: [...stops, 'no epochs'] }
  const window = windowBefore(ending, schedule.tempo)
  const covered = isCovered(outlook, window.opens)
  const allowed = Math.max(next, lastUpdateBlock === 0 ? 0 : lastUpdateBlock + rateLimit, outlook.quietUntilBlock ?? 0)
  const planned = placeOf(outlook, window, covered, allowed)
  // In the last block before the epoch: rather the same payload twice, which the chain's rate limit sorts out, than none.
  const lastChance = outlook.open && !covered && next === window.closes
  const submitAt = lastChance ? allowed : planned
  if (submitAt > window.closes && allowed > window.closes && !covered && lastUpdateBlock + rateLimit > window.closes)
    stops.push('rate limit')
  if (outlook.open && !lastChance) stops.push('unknown fate')
  return { ...common, epochBlock: ending, window, submitAt, due: submitAt === next && stops.length === 0, stops }
}

function formOf({ commitReveal, timelock }: WeightsOutlook, { commitForm }: PlanSettings): WeightsForm {
  if (!commitReveal) return 'set-weights'
  return commitForm === 'timelocked' && timelock ? 'timelocked' : 'hash'
}

/** The epoch that the next block's extrinsics count for; in an epoch's own block they come after it, and so for the one after. */
function endOfEpoch(schedule: EpochSchedule): number | null {
  const first = nextEpochBlock(schedule)
  return first === schedule.block + 1 ? first + schedule.tempo : first
}

function windowBefore(epochBlock: number, tempo: number): { opens: number; closes: number } {
  const quarter = Math.max(shortestWindow, Math.min(longestWindow, Math.ceil(tempo / 4)))
  return { opens: epochBlock - Math.max(1, Math.min(quarter, tempo - 1)), closes: epochBlock - 1 }
}

/** The block for the next submission, in this epoch's window or beyond. */
function placeOf(outlook: WeightsOutlook, window: { opens: number; closes: number }, covered: boolean, allowed: number): number {
  const { tempo } = outlook.schedule
  const behind = isBehind(outlook)
  const planned = Math.max(behind ? 0 : window.opens, allowed, retryBlock(outlook, window.closes))
  if (!covered && planned <= window.closes) return planned
  // Too late for this one: in the next window, or before it where waiting would let the rate limit shut that one too.
  const following = windowBefore(window.closes + 1 + tempo, tempo)
  const later = Math.max(allowed, behind && !covered ? window.closes + 1 : following.opens)
  return later <= following.closes ? later : allowed
}

/** Whether the chain has taken our weights inside the window that opens there. */
function isCovered({ covered, schedule }: WeightsOutlook, opens: number): boolean {
  return covered !== null && covered.epoch === epochOfNextBlock(schedule) && covered.block >= opens
}

/** Whether the tempo before this one ended without our weights, so that waiting for the window would only lose time. */
function isBehind({ covered, schedule }: WeightsOutlook): boolean {
  return covered === null || covered.epoch < epochOfNextBlock(schedule) - 1
}

/** When a failed attempt is repeated: after 1, 2, 4, ... blocks, yet never later than half of what is left before the deadline. */
function retryBlock({ failures, lastAttemptBlock }: WeightsOutlook, closes: number): number {
  if (failures === 0 || lastAttemptBlock === null) return 0
  const tried = lastAttemptBlock + 1
  return tried + Math.min(2 ** (failures - 1), Math.max(1, Math.floor((closes - tried) / 2)))
}

function stopsOf(outlook: WeightsOutlook, content: WeightsPlan['content']): WeightsStop[] {
  const stops: WeightsStop[] = []
  if (!outlook.registered) stops.push('not registered')
  else if (!outlook.permitted) stops.push('no permit')
  if (content === 'nothing') stops.push('no score above zero')
  if (outlook.commitReveal && outlook.unrevealed >= mostUnrevealed) stops.push('too many unrevealed commits')
  if (outlook.chainVersionKey > 0n && outlook.versionKey < outlook.chainVersionKey) stops.push('weights version')
  if (outlook.quietUntilBlock !== null && outlook.schedule.block + 1 < outlook.quietUntilBlock) stops.push('doppelganger watch')
  return stops
}

/** Epochs that ended without our weights since the last that had them, without those that the rate limit kept us out of. */
function countMissed({ schedule, covered, dutyEpoch, lastUpdateBlock, rateLimit }: WeightsOutlook): number {
  const { subnetEpochIndex, lastEpochBlock, tempo } = schedule
  const first = Math.max(covered === null ? 0 : covered.epoch + 1, dutyEpoch + 1)
  const ended = Math.max(0, subnetEpochIndex - first)
  if (lastUpdateBlock === 0 || tempo === 0) return ended
  // An epoch at block E could still be reached in block E - 1.
  const slack = lastEpochBlock - 1 - (lastUpdateBlock + rateLimit)
  return Math.min(ended, slack < 0 ? 0 : Math.floor(slack / tempo) + 1)
}
