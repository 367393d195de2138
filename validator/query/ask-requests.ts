import { type DrawnRequest, minerKey } from '../challenge/drawn-request.ts'
import { withDeadline } from '../challenge/with-deadline.ts'
import { type AskContext, askMiner } from './ask-miner.ts'
import type { Arrival, Exchange } from './exchange.ts'
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
  /** Requests under way at once, at most; more wait, and their deadlines begin when they leave. */
  readonly maxRunning?: number
  /** Called, and awaited, right before a request leaves. */
  onSend(sent: Omit<Exchange, 'arrival'>): Promise<void>
}

const defaultMaxRunning = 4_096
/** A miner may always have so many, and its part of all where there are few miners: whoever answers slowly holds up itself alone. */
const leastPerMiner = 8

/**
 * Sends a round's requests, each at its time, and yields every exchange as it ends. A stopped round sends no further ones; where the
 * caller goes away or a request cannot be stored, those under way are given up. Throws what `onSend` throws.
 */
export async function* askRequests(
  requests: readonly DrawnRequest[],
  timing: RoundTiming,
  context: SendContext,
  signal: AbortSignal,
): AsyncGenerator<Exchange> {
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  const ended: Exchange[] = []
  const failures: unknown[] = []
  const { maxRunning = defaultMaxRunning } = context
  let running = 0
  let sending = true
  const change = buildBell()
  const lanes = new Map<string, { running: number; readonly waiting: DrawnRequest[] }>()
  const perMiner = Math.max(leastPerMiner, Math.floor(maxRunning / Math.max(1, new Set(requests.map(({ miner }) => minerKey(miner))).size)))

  const send = async (request: DrawnRequest) => {
    const sentBlock = context.headNumber()
    // Half a block is left for the answer's way into the deadline block.
    const deadline = { block: sentBlock + timing.deadlineBlocks, ms: Math.floor((timing.deadlineBlocks - 0.5) * timing.blockTimeMs) }
    const ask = withDeadline(request.ask, deadline)
    const { miner, promptIds, askedWork, offers } = request
    const sent = { round: timing.round, miner, ask, promptIds, askedWork, sentBlock, ...(offers && { offers }) }
    await context.onSend(sent)
    const leftBlock = context.headNumber()
    const arrival = await askMiner(miner, ask, context, until)
    return { ...sent, arrival: leftBlock > sentBlock ? excuse(arrival) : excuseJump(arrival, context.headNumber() - sentBlock, timing) }
  }
  const laneOf = ({ miner }: DrawnRequest) => {
    const key = minerKey(miner)
    const lane = lanes.get(key) ?? { running: 0, waiting: [] }
    lanes.set(key, lane)
    return lane
  }
  const start = (request: DrawnRequest) => {
    const lane = laneOf(request)
    lane.running += 1
    running += 1
    void send(request)
      .then(exchange => ended.push(exchange))
      .catch(error => failures.push(error))
      .finally(() => {
        running -= 1
        lane.running -= 1
        const next = until.aborted ? undefined : lane.waiting.shift()
        if (next !== undefined) start(next)
        change.ring()
      })
  }
  const sendAll = async () => {
    for (const request of requests) {
      await waitUntil(timing.startedAtMs + request.at * timing.lengthMs, until)
      while (running >= maxRunning && !until.aborted) await change.next()
      if (until.aborted) break
      const lane = laneOf(request)
      if (lane.running < perMiner) start(request)
      else lane.waiting.push(request)
    }
    sending = false
    change.ring()
  }

  void sendAll()
  try {
    for (;;) {
      if (failures.length > 0) throw failures[0]
      const exchange = ended.shift()
      if (exchange !== undefined) yield exchange
      else if (sending || running > 0) await change.next()
      else return
    }
  } finally {
    leaving.abort()
  }
}

/** A late answer to a request that we held back, while its deadline block came nearer, is not the miner's fault. */
function excuse(arrival: Arrival): Arrival {
  if (arrival.kind === 'answer' || arrival.reason !== 'late') return arrival
  const { reason, detail, elapsedMs } = arrival
  return { kind: 'none', reason, detail, elapsedMs, ours: true }
}

/** Nor is one that came when our view of the chain leapt (it had stood still, or the connection was lost). */
function excuseJump(arrival: Arrival, blocks: number, { blockTimeMs }: RoundTiming): Arrival {
  return blocks > 2 * (arrival.elapsedMs / blockTimeMs + 1) ? excuse(arrival) : arrival
}

/** Wakes everyone who waits for the next change. */
function buildBell() {
  let waiting: Array<() => void> = []
  return {
    next: () => new Promise<void>(resolve => waiting.push(resolve)),
    ring() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
