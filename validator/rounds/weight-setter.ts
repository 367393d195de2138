import type { Signer } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
import { countOf } from '../../shared/util/count-of.ts'
import { hasIntents } from '../storage/intent-table.ts'
import { readWeightsVersion, saveWeightsVersion } from '../storage/weights-version-setting.ts'
import { type Intent, isOpen } from '../weights/intent.ts'
import { planReveals } from '../weights/plan-reveals.ts'
import { type Journal, openJournal } from './journal.ts'
import { type LookParts, lookAtWeights, type WeightsLook } from './look-at-weights.ts'
import type { LatestScores } from './scoreboard.ts'
import { type Sent, sendReveal, sendWeights } from './send-weights.ts'

/** Sets weights; the caller waits for one call before it makes the next. */
export interface WeightSetter {
  /** One look at the chain, and what is due by the plan. Never throws what the chain or the network did. */
  submitIfDue(latest: LatestScores | null, signal: AbortSignal): Promise<void>
  status(): WeightStatus
}

export interface WeightStatus {
  readonly submitted: number
  readonly lastBlock: number | null
  /** Name of what the chain refused last; null after a success. */
  readonly lastError: string | null
  /** Why nothing is submitted now, where that is not merely the rate limit. */
  readonly waiting: string | null
  /** The block that is to hold the next submission. */
  readonly nextBlock: number | null
  /** Tempos in a row that ended without our weights. */
  readonly missedTempos: number
  /** Our commits that the chain holds and that are not opened yet. */
  readonly unrevealed: number
  /** Nothing may be signed with the hotkey now: the chain was not looked at yet, or shows what this journal cannot explain. */
  readonly silent: boolean
}

export interface WeightSetterParts extends LookParts {
  readonly signer: Signer
  readonly log: Logger
  readonly journal?: Journal
  onOutcome?(outcome: string): void
  onMissed?(tempos: number): void
  /** Another validator acts with our hotkey; nothing is signed any more. */
  onDoppelganger?(error: AssayError): void
  /** The owner wants newer weights than we make; called once. */
  onOutdated?(error: AssayError): void
}

/** A look is taken at least so many times in a tempo, so that a stranger's act is seen while it can still be told from ours. */
const looksPerTempo = 36

/** Builds the weight setter on a validator's journal. */
export function buildWeightSetter(parts: WeightSetterParts): WeightSetter {
  const { chain, store, log } = parts
  const journal = parts.journal ?? openJournal(store)
  const sendParts = { ...parts, journal }
  let status: WeightStatus = {
    submitted: 0,
    lastBlock: null,
    lastError: null,
    waiting: null,
    nextBlock: null,
    missedTempos: 0,
    unrevealed: 0,
    silent: true,
  }
  let halted = false
  let looked = false
  let outdated = false
  let nextLook = 0

  const follow = (what: string, round: number, sent: Sent) => {
    const error = sent.end === 'included' ? null : sent.error
    const counts = sent.end === 'included' && what !== 'reveal'
    status = {
      ...status,
      submitted: status.submitted + (counts ? 1 : 0),
      ...(sent.end === 'included' ? { lastBlock: sent.block } : {}),
      lastError: error,
    }
    parts.onOutcome?.(sent.end === 'refused' ? sent.error : sent.end)
    log[error === null ? 'info' : 'warn']({ round, what, ...sent }, 'weights')
  }

  /** True where the chain shows nothing that the journal cannot explain. */
  const isExplained = async ({ reconciliation, adopted, head, plan, epochState }: WeightsLook): Promise<boolean> => {
    const { foreign } = reconciliation
    const [first] = foreign
    if (first === undefined) return true
    const { netuid, signer } = parts
    const watching = adopted.quietUntilBlock !== null && head.number < adopted.quietUntilBlock
    if (looked || watching) {
      halted = true
      const error = new AssayError('VALIDATOR_DOPPELGANGER', { hotkey: signer.hotkey, netuid, what: first.what, block: first.block })
      log.fatal({ foreign }, error.message)
      parts.onDoppelganger?.(error)
      return false
    }
    const fresh = !(await hasIntents(store))
    const recent = foreign.some(({ block }) => block > head.number - 2 * epochState.tempo)
    const quiet = fresh && !recent ? null : (plan.epochBlock ?? head.number) + epochState.tempo
    await journal.adopt(foreign, quiet)
    if (quiet !== null) {
      const error = new AssayError('VALIDATOR_JOURNAL_BEHIND', {
        hotkey: signer.hotkey,
        netuid,
        what: first.what,
        block: first.block,
        quiet,
      })
      log.error({ foreign }, error.message)
    }
    return false
  }

  const noteChanges = ({ reconciliation, intents }: WeightsLook) => {
    for (const { id, status: became, error } of reconciliation.changes) {
      const intent = intents.find(each => each.id === id)
      const loss = became === 'lost' || became === 'expired'
      log[loss ? 'warn' : 'info'](
        { intent: id, form: intent?.form, epoch: intent?.epoch, block: intent?.block, became, error },
        'weights on the chain',
      )
    }
  }

  const noteMissed = (missedTempos: number, stops: readonly string[]) => {
    if (missedTempos === status.missedTempos) return
    parts.onMissed?.(missedTempos)
    if (missedTempos > 0) log[missedTempos === 1 ? 'warn' : 'error']({ missedTempos, stops }, alarmText(missedTempos))
    else log.info('weights are on the chain again')
  }

  /** A release means what the owner asked for when it came; what is asked later it may not claim. */
  const noteVersion = async ({ versionKey, hyperparameters, plan }: WeightsLook) => {
    const { netuid, settings } = parts
    if (settings.weightsVersion === null && (await readWeightsVersion(store, settings.release)) === null)
      await saveWeightsVersion(store, settings.release, versionKey)
    if (!plan.stops.includes('weights version') || outdated) return
    outdated = true
    const details = { netuid, wanted: hyperparameters.weightsVersion, ours: versionKey, release: settings.release }
    const error = new AssayError('VALIDATOR_WEIGHTS_VERSION', details)
    log.fatal(error.message)
    parts.onOutdated?.(error)
  }

  const step = async (latest: LatestScores | null, signal: AbortSignal) => {
    const head = await chain.readHead(signal)
    if (head.number < nextLook) return
    const look = await lookAtWeights(parts, latest?.scores ?? new Map(), head, signal)
    const { changes, openedAt } = look.reconciliation
    // Before the change that lets the commit be forgotten: the block would be nobody's otherwise.
    if (openedAt !== null) await journal.adopt([{ block: openedAt, what: 'weights', commit: null }], null)
    await journal.change(changes)
    noteChanges(look)
    const explained = await isExplained(look)
    looked = true
    const { plan, epochState, intents } = look
    status = { ...status, silent: !explained || plan.stops.includes('doppelganger watch') }
    if (!explained) return
    await noteVersion(look)
    noteMissed(plan.missedTempos, plan.stops)
    const stop = plan.stops.find(each => each !== 'rate limit' && each !== 'unknown fate') ?? null
    if (stop !== null && stop !== status.waiting) log.warn({ reason: stop }, 'weights wait')
    status = {
      ...status,
      waiting: stop,
      nextBlock: plan.submitAt,
      missedTempos: plan.missedTempos,
      unrevealed: intents.filter(isUnrevealed).length,
    }
    for (const intent of planReveals(intents, epochState)) follow('reveal', intent.round, await sendReveal(intent, look, sendParts, signal))
    if (plan.due) {
      const round = latest?.round ?? 0
      const sent = await sendWeights(look, round, sendParts, signal)
      if (sent !== null) follow(plan.form, round, sent)
    }
    nextLook = plan.due || intents.some(isUnsettled) ? 0 : nextLookOf(look)
  }

  return {
    status: () => status,
    async submitIfDue(latest, signal) {
      if (halted) return
      try {
        await step(latest, signal)
      } catch (error) {
        if (signal.aborted) return
        status = { ...status, lastError: error instanceof Error ? error.message : String(error) }
        log.error({ error: status.lastError }, 'weights failed')
      }
    },
  }
}

/** Whether every block may bring news of an intent. */
function isUnsettled(intent: Intent): boolean {
  return isOpen(intent) || intent.status === 'included' || isUnrevealed(intent)
}

function isUnrevealed({ status, form }: Intent): boolean {
  return status === 'finalised' && form !== 'set-weights'
}

function nextLookOf({ head, epochState, plan }: WeightsLook): number {
  const stride = head.number + Math.max(1, Math.floor(epochState.tempo / looksPerTempo))
  return plan.submitAt === null ? stride : Math.min(stride, Math.max(head.number + 1, plan.submitAt - 1))
}

function alarmText(missedTempos: number): string {
  if (missedTempos === 1) return 'a tempo has ended without our weights'
  return `${countOf(missedTempos, 'tempo')} ended without our weights: dividends and the permit are at stake`
}
