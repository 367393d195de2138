import { joinRows } from '../../proof/fingerprint/hidden-rows.ts'
import type { EngineLoad, GeneratedToken } from '../engine-port.ts'
import type { EndedCall, SentRows, StepMessage } from './worker-messages.ts'

/** What a step is to tell, gathered into one message. */
export interface StepReport {
  tell(id: number, token: GeneratedToken): void
  end(call: EndedCall): void
  /** Sends what was gathered; nothing where nothing was and the load is as before. What follows close upon another report may wait for the next. */
  flush(): void
}

/** So many calls are remembered as begun; those beyond only send a report more. */
const maxBegun = 4_096

/**
 * An empty report. A message costs as much as a step of a small model, so what is neither the first of an answer nor an end waits until
 * `gatherMs` after the last message, for the steps that follow meanwhile.
 */
export function createStepReport(send: (message: StepMessage) => void, load: () => EngineLoad, gatherMs = 0): StepReport {
  const begun = new Set<number>()
  let tokens: number[] = []
  let tops: (readonly (readonly [token: number, logProb: number])[] | null)[] = []
  let rows: Uint16Array[] = []
  let rowsOf: number[] = []
  let ended: EndedCall[] = []
  let asked = false
  let sent = ''
  let sentMs = Number.NEGATIVE_INFINITY
  let urgent = false
  let timer: NodeJS.Timeout | undefined
  const sendNow = (now: EngineLoad) => {
    clearTimeout(timer)
    timer = undefined
    if (gatherMs > 0) sentMs = performance.now()
    send({ kind: 'step', tokens, ...(asked && { tops }), ...(rows.length > 0 && { hidden: sentRows(rows, rowsOf) }), ended, load: now })
    tokens = []
    tops = []
    rows = []
    rowsOf = []
    ended = []
    asked = false
    urgent = false
  }
  const sendLate = () => sendNow(load())
  return {
    tell(id, { tokenId, logProb, top, hidden }) {
      if (!begun.has(id)) {
        if (begun.size >= maxBegun) begun.clear()
        begun.add(id)
        urgent = true
      }
      if (hidden !== undefined) {
        rowsOf.push(tops.length)
        rows.push(hidden)
      }
      tokens.push(id, tokenId, logProb)
      tops.push(top ?? null)
      asked ||= top !== undefined
    },
    end(call) {
      begun.delete(call.id)
      ended.push(call)
      urgent = true
    },
    flush() {
      const now = load()
      const state = `${now.running} ${now.waiting} ${now.kvBytes}`
      if (tokens.length === 0 && ended.length === 0 && state === sent) return
      sent = state
      if (timer !== undefined && !urgent) return
      const waitMs = urgent || gatherMs === 0 ? 0 : sentMs + gatherMs - performance.now()
      if (waitMs > 0) timer = setTimeout(sendLate, waitMs)
      else sendNow(now)
    },
  }
}

function sentRows(rows: readonly Uint16Array[], of: readonly number[]): SentRows {
  const { hidden, patterns } = joinRows(rows)
  return { width: hidden, of, patterns }
}
