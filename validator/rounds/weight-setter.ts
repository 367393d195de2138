import type { Logger } from '../../shared/observe/create-logger.ts'
import type { Json } from '../../shared/protocol/canonical-json.ts'
import type { Store } from '../storage/open-store.ts'
import { saveSubmission } from '../storage/submission-table.ts'
import { submitIfDue, type WeightsContext } from '../weights/submit-if-due.ts'
import type { LatestScores } from './scoreboard.ts'

/** Sets weights; the caller waits for one submission before it begins the next. */
export interface WeightSetter {
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
}

export interface WeightSetterParts extends WeightsContext {
  readonly store: Store
  readonly log: Logger
  onOutcome?(outcome: string): void
}

/** Heads that are let pass after refusals, at most. */
const longestPause = 64

/** Builds the weight setter. After a refusal by the chain it is tried again with the next head, after the next with the second next, and so on by doubling. */
export function buildWeightSetter({ store, log, onOutcome, ...context }: WeightSetterParts): WeightSetter {
  let status: WeightStatus = { submitted: 0, lastBlock: null, lastError: null, waiting: null }
  let refusals = 0
  let pause = 0
  const refused = (error: string) => {
    pause = Math.min(longestPause, 2 ** refusals) - 1
    refusals += 1
    status = { ...status, lastError: error }
  }
  const wait = (reason: string, round: number) => {
    const waiting = reason === 'rate limit' ? null : reason
    if (waiting !== null && waiting !== status.waiting) log.warn({ reason, round }, 'weights wait')
    status = { ...status, waiting }
  }
  return {
    status: () => status,
    async submitIfDue(latest, signal) {
      if (latest === null) return
      if (pause > 0) {
        pause -= 1
        return
      }
      try {
        const result = await submitIfDue(latest.scores, context, signal)
        if (result.step === 'wait') return wait(result.reason, latest.round)
        const { outcome, vector, block } = result
        const accepted = outcome.status === 'included' || outcome.status === 'finalised'
        const error = outcome.status === 'failed' || outcome.status === 'refused' ? outcome.error : null
        if (accepted) {
          refusals = 0
          status = { submitted: status.submitted + 1, lastBlock: outcome.block.number, lastError: null, waiting: null }
        } else refused(error ?? outcome.status)
        onOutcome?.(error ?? outcome.status)
        await saveSubmission(store, {
          block,
          round: latest.round,
          vector: vector as unknown as Json,
          outcome: { status: outcome.status, error },
        })
        log.info({ round: latest.round, block, status: outcome.status, error }, 'weights')
      } catch (error) {
        if (signal.aborted) return
        refused(error instanceof Error ? error.message : String(error))
        log.error({ error: status.lastError }, 'weights failed')
      }
    },
  }
}
