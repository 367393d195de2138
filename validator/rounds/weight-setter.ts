import type { Json } from '../../shared/protocol/canonical-json.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
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
  readonly lastError: string | null
}

export interface WeightSetterParts extends WeightsContext {
  readonly store: Store
  readonly log: Logger
  onOutcome?(outcome: string): void
}

/** Builds the weight setter. A refusal by the chain is logged and tried again with the next head: it costs nothing but time. */
export function buildWeightSetter({ store, log, onOutcome, ...context }: WeightSetterParts): WeightSetter {
  let status: WeightStatus = { submitted: 0, lastBlock: null, lastError: null }
  return {
    status: () => status,
    async submitIfDue(latest, signal) {
      if (latest === null) return
      try {
        const result = await submitIfDue(latest.scores, context, signal)
        if (result.step === 'wait') {
          if (result.reason !== 'rate limit') log.warn({ reason: result.reason, round: latest.round }, 'weights wait')
          return
        }
        const { outcome, vector, block } = result
        const accepted = outcome.status === 'included' || outcome.status === 'finalised'
        const error = outcome.status === 'failed' || outcome.status === 'refused' ? outcome.error : null
        status = { submitted: status.submitted + (accepted ? 1 : 0), lastBlock: accepted ? outcome.block.number : status.lastBlock, lastError: error }
        onOutcome?.(error ?? outcome.status)
        await saveSubmission(store, { block, round: latest.round, vector: vector as unknown as Json, outcome: { status: outcome.status, error } })
        log.info({ round: latest.round, block, status: outcome.status, error }, 'weights')
      } catch (error) {
        if (signal.aborted) return
        status = { ...status, lastError: error instanceof Error ? error.message : String(error) }
        log.error({ error: status.lastError }, 'weights failed')
      }
    },
  }
}
