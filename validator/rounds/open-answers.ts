import type { OpeningAsk, OpeningRecord } from '../../shared/protocol/opening.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { AskContext } from '../query/ask-miner.ts'
import { askOpening } from '../query/ask-opening.ts'
import type { Exchange } from '../query/exchange.ts'
import type { Store } from '../storage/open-store.ts'
import { readOpenings, saveOpening } from '../storage/opening-table.ts'
import type { AuditedExchange, AuditedRound } from './auditor.ts'

/** What dialling for openings needs; without it stored ones are used alone. */
export interface OpenerParts {
  readonly ask: Omit<AskContext, 'capBytes'>
  /** Numbers in a row of the reference; undefined where it sees none, and nothing can be compared. */
  readonly hiddenSize: number | undefined
  readonly netuid: number
  onOpening?(record: OpeningRecord): void
}

/** Miners asked at once, and openings under way at one of them. */
const maxLanes = 32
const perMiner = 4
/** A miner that let so many in a row run out of time is not asked again in this round: each would hold up the round for its whole time. */
const patience = 3

interface Task {
  readonly exchange: Exchange
  readonly ask: OpeningAsk
  readonly hiddenSize: number
}

/**
 * Asks the miners of a round's audited answers to open what their receipts committed to, and stores each answer on arrival, once: a round
 * that is settled again after a crash asks only for what is not stored. What was lost by our own fault is stored as such.
 */
export async function openAnswers(
  audited: AuditedRound,
  { store, subnet, opener }: { readonly store: Store; readonly subnet: SubnetFile; readonly opener: OpenerParts | undefined },
  signal: AbortSignal,
): Promise<AuditedRound> {
  const known = await readOpenings(store, audited.round.number)
  if (opener !== undefined) {
    const lanes = new Map<string, Task[]>()
    for (const answer of audited.answers) {
      const task = known.has(answer.exchange.ask.assay.requestId) ? null : taskOf(answer, audited.beacons, subnet, opener)
      if (task === null) continue
      const key = minerKey(task.exchange.miner)
      lanes.set(key, [...(lanes.get(key) ?? []), task])
    }
    await eachOf([...lanes.values()], maxLanes, lane => runLane(lane, opener))
  }
  return {
    ...audited,
    answers: audited.answers.map(answer => {
      const opened = known.get(answer.exchange.ask.assay.requestId)
      return opened === undefined ? answer : { ...answer, opened }
    }),
  }

  async function runLane(lane: readonly Task[], parts: OpenerParts): Promise<void> {
    let silent = 0
    await eachOf(lane, perMiner, async task => {
      signal.throwIfAborted()
      const { requestId } = task.exchange.ask.assay
      const arrival = silent >= patience ? givenUp : await askOne(task, parts)
      // What a stop cut off was not asked: it is asked again.
      signal.throwIfAborted()
      silent = arrival.kind === 'none' && ['timeout', 'connect'].includes(arrival.reason) && !arrival.ours ? silent + 1 : 0
      const record = { ask: task.ask, hiddenSize: task.hiddenSize, arrival }
      await saveOpening(store, audited.round.number, requestId, record)
      known.set(requestId, record)
      parts.onOpening?.(record)
    })
  }

  async function askOne({ exchange, ask, hiddenSize }: Task, parts: OpenerParts): Promise<OpeningRecord['arrival']> {
    const { proof } = subnet
    const { deadlineBlock, toploc = null } = exchange.ask.assay
    if (proof === undefined || parts.ask.headNumber() > beaconBlock(deadlineBlock, subnet) + proof.keepBlocks) return tooLate
    const size = { rows: exchange.ask.max_tokens, hidden: hiddenSize, toploc }
    return await askOpening(exchange.miner, ask, { deadlineMs: proof.openingMs, size }, parts.ask, signal)
  }
}

const givenUp = { kind: 'none', reason: 'timeout', detail: 'not asked after others in a row', elapsedMs: 0, ours: false } as const
const tooLate = { kind: 'none', reason: 'late', detail: 'miners need not keep their rows so long', elapsedMs: 0, ours: true } as const

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
