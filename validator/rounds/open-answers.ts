import type { OpeningArrival, OpeningAsk, OpeningRecord } from '../../shared/protocol/opening.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { onAbort } from '../../shared/util/on-abort.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { AskContext } from '../query/ask-miner.ts'
import { askOpening } from '../query/ask-opening.ts'
import type { Exchange } from '../query/exchange.ts'
import type { Store } from '../storage/open-store.ts'
import { readOpenings, saveOpening } from '../storage/opening-table.ts'
import type { AuditedExchange, AuditedRound } from './auditor.ts'
import { type OpeningBudget, openingBudget } from './opening-budget.ts'

/** What dialling for openings needs; without it stored ones are used alone. */
export interface OpenerParts {
  readonly ask: Omit<AskContext, 'capBytes'>
  /** Numbers in a row of the reference; undefined where it sees none, and nothing can be compared. */
  readonly hiddenSize: number | undefined
  readonly netuid: number
  onOpening?(record: OpeningRecord): void
}

/** Openings under way at one miner. */
const perMiner = 4
/** A miner that let so many in a row run out of time or never took the connection is asked the rest later, if at all: each would take its whole time. */
const patience = 3

interface Task {
  readonly exchange: Exchange
  readonly ask: OpeningAsk
  readonly hiddenSize: number
}

/**
 * Asks the miners of a round's audited answers to open what their receipts committed to, and stores each answer on arrival, once: a round
 * that is settled again after a crash asks only for what is not stored. All miners are asked side by side, as many as the metagraph holds,
 * each within a budget of its own: who is slow uses up its own time and nobody else's, and what is over it is its own loss. What was lost
 * by our own fault is stored as such; whether we come too late is decided once, before the first question, so that no miner can make us late.
 */
export async function openAnswers(
  audited: AuditedRound,
  { store, subnet, opener }: { readonly store: Store; readonly subnet: SubnetFile; readonly opener: OpenerParts | undefined },
  signal: AbortSignal,
): Promise<AuditedRound> {
  const { round } = audited
  const known = await readOpenings(store, round.number)
  const { proof } = subnet
  if (opener !== undefined && proof !== undefined) {
    const budget = openingBudget(round, proof)
    const lastBlock = opener.ask.headNumber() + budget.blocks
    const lanes = new Map<string, Task[]>()
    for (const answer of audited.answers) {
      const task = known.has(answer.exchange.ask.assay.requestId) ? null : taskOf(answer, audited.beacons, subnet, opener)
      if (task === null) continue
      const isLate = lastBlock > beaconBlock(answer.exchange.ask.assay.deadlineBlock, subnet) + proof.keepBlocks
      if (isLate) {
        await save(task, tooLate, opener)
        continue
      }
      const key = minerKey(task.exchange.miner)
      lanes.set(key, [...(lanes.get(key) ?? []), task])
    }
    const ask: AskTask = async (task, leftMs) => {
      const { exchange, hiddenSize } = task
      const size = { rows: exchange.ask.max_tokens, hidden: hiddenSize, toploc: exchange.ask.assay.toploc ?? null }
      const terms = { deadlineMs: Math.min(proof.openingMs, leftMs), handshakeMs: Math.min(handshakeMs, leftMs), size }
      return await askOpening(exchange.miner, task.ask, terms, opener.ask, signal)
    }
    const each = [...lanes.values()]
    await eachOf(each, each.length, lane => runLane(lane, { budget, ask, save: (task, arrival) => save(task, arrival, opener) }, signal))
  }
  return {
    ...audited,
    answers: audited.answers.map(answer => {
      const opened = known.get(answer.exchange.ask.assay.requestId)
      return opened === undefined ? answer : { ...answer, opened }
    }),
  }

  async function save({ exchange, ask, hiddenSize }: Task, arrival: OpeningArrival, { onOpening }: OpenerParts): Promise<void> {
    const { requestId } = exchange.ask.assay
    const record = { ask, hiddenSize, arrival }
    await saveOpening(store, round.number, requestId, record)
    known.set(requestId, record)
    onOpening?.(record)
  }
}

/** Asks within the time that is left, in milliseconds. */
type AskTask = (task: Task, leftMs: number) => Promise<OpeningArrival>

interface LaneParts {
  readonly budget: OpeningBudget
  readonly ask: AskTask
  readonly save: (task: Task, arrival: OpeningArrival) => Promise<void>
}

/** Asks one miner for all its openings, and once more after a pause for those that nobody answered, until its budget is used up. */
async function runLane(lane: readonly Task[], { budget, ask, save }: LaneParts, signal: AbortSignal): Promise<void> {
  const beganMs = performance.now()
  const leftMs = () => Math.ceil(budget.totalMs - (performance.now() - beganMs))
  const later: { readonly task: Task; readonly arrival: OpeningArrival }[] = []
  let silent = 0
  await eachOf(lane, perMiner, async task => {
    if (silent >= patience) return void later.push({ task, arrival: givenUp })
    const arrival = await tryOne(task, givenUp)
    silent = isSilence(arrival) ? silent + 1 : 0
    if (isSilence(arrival)) later.push({ task, arrival })
    else await save(task, arrival)
  })
  if (later.length === 0) return
  const pauseMs = budget.pauseMs - (performance.now() - beganMs)
  if (pauseMs > 0 && pauseMs < leftMs()) await pause(pauseMs, signal)
  // One question tells whether it is back: the others wait for that one.
  const [first, ...others] = later
  silent = 0
  if (first !== undefined) await again(first)
  if (silent > 0) silent = patience
  await eachOf(others, perMiner, again)

  async function again({ task, arrival: before }: (typeof later)[number]): Promise<void> {
    const arrival = silent >= patience ? before : await tryOne(task, before)
    silent = isSilence(arrival) ? silent + 1 : 0
    await save(task, arrival)
  }

  async function tryOne(task: Task, otherwise: OpeningArrival): Promise<OpeningArrival> {
    signal.throwIfAborted()
    const left = leftMs()
    const arrival = left <= 0 ? (otherwise === givenUp ? overBudget : otherwise) : await ask(task, left)
    // What a stop cut off was not asked: it is asked again.
    signal.throwIfAborted()
    return arrival
  }
}

/** Waits so many milliseconds, or until the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = setTimeout(done, ms)
    const forget = onAbort(signal, done)
  })
}

/** Nothing came, and not by our own fault: the miner may be away for a moment. */
function isSilence(arrival: OpeningArrival): boolean {
  return arrival.kind === 'none' && ['timeout', 'connect'].includes(arrival.reason) && !arrival.ours
}

/** A handshake comes before the first opening; the session book may wait so long for a busy miner. */
const handshakeMs = 10_000
const unasked = { kind: 'none', elapsedMs: 0 } as const
const givenUp = { ...unasked, reason: 'timeout', detail: 'not asked after others in a row', ours: false } as const
const overBudget = { ...unasked, reason: 'timeout', detail: "not asked: the miner's time for this round was used up", ours: false } as const
const tooLate = { ...unasked, reason: 'late', detail: 'miners need not keep their rows so long', ours: true } as const

/** What to ask about an answer; null where there is nothing to open. */
function taskOf(
  { exchange, audited }: AuditedExchange,
  beacons: AuditedRound['beacons'],
  subnet: SubnetFile,
  opener: OpenerParts,
): Task | null {
  const { arrival, ask } = exchange
  const { proof } = subnet
  const { hiddenSize, netuid } = opener
  if (!audited || proof === undefined || hiddenSize === undefined || arrival.kind !== 'answer' || arrival.receipt.hiddenRoot === null)
    return null
  const beacon = beacons[beaconBlock(ask.assay.deadlineBlock, subnet)]
  const receiptDigest = receiptDigestOf(arrival)
  if (beacon === undefined || receiptDigest === null) return null
  const withTopLoc = ask.assay.toploc !== undefined && arrival.receipt.toplocDigest !== null
  return { exchange, hiddenSize, ask: { netuid, receiptDigest, beacon, k: proof.k, fullRows: proof.fullRows, withTopLoc } }
}

/** Does the work for each item, so many at once; after a failure no further one is begun, and it is thrown when none is under way. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const failures: unknown[] = []
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of queue) {
        if (failures.length > 0) return
        await work(item).catch(error => failures.push(error))
      }
    }),
  )
  if (failures.length > 0) throw failures[0]
}
