import type { DrawnRequest } from '../challenge/drawn-request.ts'
import { withDeadline } from '../challenge/with-deadline.ts'
import { type AskContext, askMiner } from './ask-miner.ts'
import type { Exchange } from './exchange.ts'
import { waitUntil } from './pace-sends.ts'

export interface RoundTiming {
  readonly round: number
  /** performance.now() at the round's start. */
  readonly startedAtMs: number
  readonly lengthMs: number
  readonly deadlineBlocks: number
  readonly blockTimeMs: number
}

export interface SendContext extends AskContext {
  /** Called, and awaited, right before a request leaves. */
  onSend(sent: Omit<Exchange, 'arrival'>): Promise<void>
}

/** Sends a round's requests, each at its time, and yields every exchange as it ends; a stopped round sends no further ones. */
export async function* askRequests(requests: readonly DrawnRequest[], timing: RoundTiming, context: SendContext, signal: AbortSignal): AsyncGenerator<Exchange> {
  const ended: Exchange[] = []
  let running = 0
  let sending = true
  let failure: { readonly error: unknown } | null = null
  let wake = () => {}
  const finish = (exchange: Exchange | null) => {
    running -= 1
    if (exchange !== null) ended.push(exchange)
    wake()
  }
  const send = async (request: DrawnRequest) => {
    const sentBlock = context.headNumber()
    // Half a block is left for the answer's way into the deadline block.
    const deadline = { block: sentBlock + timing.deadlineBlocks, ms: Math.floor((timing.deadlineBlocks - 0.5) * timing.blockTimeMs) }
    const ask = withDeadline(request.ask, deadline)
    const { miner, promptIds, askedWork } = request
    const sent = { round: timing.round, miner, ask, promptIds, askedWork, sentBlock }
    await context.onSend(sent)
    return { ...sent, arrival: await askMiner(miner, ask, context, signal) }
  }
  const sendAll = async () => {
    for (const request of requests) {
      await waitUntil(timing.startedAtMs + request.at * timing.lengthMs, signal)
      if (signal.aborted) break
      running += 1
      send(request).then(finish, error => {
        failure = { error }
        finish(null)
      })
    }
    sending = false
    wake()
  }
  void sendAll()
  while (sending || running > 0 || ended.length > 0) {
    const exchange = ended.shift()
    if (exchange !== undefined) yield exchange
    else if (failure !== null) throw (failure as { error: unknown }).error
    else if (sending || running > 0)
      await new Promise<void>(resolve => {
        wake = resolve
      })
  }
}
