import type { EngineLoad, GeneratedToken } from '../engine-port.ts'
import type { EndedCall, StepMessage } from './worker-messages.ts'

/** What a step is to tell, gathered into one message. */
export interface StepReport {
  tell(id: number, token: GeneratedToken): void
  end(call: EndedCall): void
  /** Sends what was gathered; nothing where nothing was and the load is as before. */
  flush(): void
}

/** An empty report. */
export function createStepReport(send: (message: StepMessage) => void, load: () => EngineLoad): StepReport {
  let tokens: number[] = []
  let tops: (readonly (readonly [token: number, logProb: number])[] | null)[] = []
  let hiddens: (Uint16Array | null)[] = []
  let ended: EndedCall[] = []
  let asked = false
  let withHidden = false
  let sent = ''
  return {
    tell(id, { tokenId, logProb, top, hidden }) {
      tokens.push(id, tokenId, logProb)
      tops.push(top ?? null)
      asked ||= top !== undefined
      hiddens.push(hidden ?? null)
      withHidden ||= hidden !== undefined
    },
    end: call => ended.push(call),
    flush() {
      const now = load()
      const state = `${now.running} ${now.waiting} ${now.kvBytes}`
      if (tokens.length === 0 && ended.length === 0 && state === sent) return
      sent = state
      send({ kind: 'step', tokens, ...(asked && { tops }), ...(withHidden && { hidden: hiddens }), ended, load: now })
      tokens = []
      tops = []
      hiddens = []
      ended = []
      asked = false
      withHidden = false
    },
  }
}
