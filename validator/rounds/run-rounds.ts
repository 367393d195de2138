import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { readLastDeadline } from '../storage/exchange-table.ts'
import type { Store } from '../storage/open-store.ts'
import { pruneCounts, pruneRounds } from '../storage/prune-rounds.ts'
import { type RoundRecord, readLastRoundNumber, readUnsettled } from '../storage/round-table.ts'
import type { Health } from './build-health.ts'
import { resumeRounds } from './resume-rounds.ts'
import { type AskModules, askRound, commitSecret, payMiners, type SettleModules, settleRound } from './run-round.ts'
import type { SecretCommitter } from './secret-committer.ts'
import type { WeightSetter } from './weight-setter.ts'

export interface RoundsParts extends AskModules, SettleModules {
  readonly weights: WeightSetter
  readonly committer: SecretCommitter
  readonly store: Store
  readonly clock: BlockClock
  readonly subnet: SubnetFile
  readonly health: Pick<Health, 'report'>
  /** Settled rounds that are kept whole. */
  readonly keepRounds: number
  readonly log: Logger
  onSettled?(round: number): void
}

/** Rounds that are asked at once, at most: answers of one may still arrive while the next begins. */
const maxAsking = 3
/** Rounds that may wait to be settled beyond those whose beacons are not final. */
const backlog = 8

/** Starts a round at every boundary of `round.blocks` blocks, settles each once its beacons are final, and pays; until stopped. */
export async function runRounds(parts: RoundsParts, signal: AbortSignal): Promise<{ stop(): Promise<void> }> {
  const { clock, subnet, store, log, health } = parts
  const { blocks } = subnet.round
  const stopping = new AbortController()
  const ours = AbortSignal.any([signal, stopping.signal])
  const asking = new Map<number, Promise<void>>()
  // A round whose beginning we missed would measure less than its length; the next boundary is never far.
  let lastStarted = Math.floor(clock.best().number / blocks)
  // Numbers go on from what is stored, also where the owner made rounds longer.
  const ahead = Math.max(0, ((await readLastRoundNumber(store)) ?? 0) - lastStarted)
  const watch = (what: 'asking' | 'settling' | 'paying', work: Promise<void>): Promise<void> =>
    work.then(
      () => health.report(what, null),
      error => {
        if (ours.aborted) return
        health.report(what, messageOf(error))
        log.error({ error: messageOf(error) }, `${what} failed; it is tried again later`)
      },
    )

  // Rounds whose beacons cannot be final yet are no backlog.
  const maxBehind = maxAsking + backlog + Math.ceil((subnet.round.deadlineBlocks + subnet.round.beaconBlocks) / blocks)
  let behind = 0
  const startRound = (block: number) => {
    const index = Math.floor(block / blocks)
    if (index <= lastStarted || ours.aborted) return
    lastStarted = index
    const start = { number: index + ahead, startBlock: index * blocks }
    // Begun late, it would run into the next one, and both would be asked at once.
    // And whoever settles more slowly than it asks must ask less: an answer that is judged hours later pays nobody.
    if (block - start.startBlock > blocks / 2 || asking.size >= maxAsking || behind > maxBehind)
      return log.warn({ block, ...start }, 'a round is left out')
    const task = watch('asking', askRound(start, parts, ours)).finally(() => asking.delete(start.number))
    asking.set(start.number, task)
  }

  // In the order of their numbers: each starts from the state that the one before it left.
  const settleReady = async () => {
    await resumeRounds(store, asking)
    const unsettled = await readUnsettled(store)
    behind = unsettled.length
    for (const { round, status } of unsettled) {
      if (ours.aborted || status !== 'asked' || !(await isReady(store, round, subnet, clock.finalised().number))) return
      await settleRound(round, parts, ours)
      parts.onSettled?.(round.number)
      log.info({ round: round.number }, 'settled')
      const pruned = await pruneRounds(store, parts.keepRounds)
      if (pruned > 0) await pruneCounts(store, Object.keys((await parts.scoreboard.latest())?.state.scores.miners ?? {}))
    }
  }

  const settle = oneAtATime(() => watch('settling', settleReady()))
  // Apart from settling: a submission waits for a block, and the ramp must not wait with it.
  const pay = oneAtATime(async () => {
    await watch('paying', payMiners(parts.scoreboard, parts.weights, ours))
    await commitSecret(parts.committer, parts.weights, ours)
  })
  const unsubscribe = [clock.onBest(head => startRound(head.number)), clock.onBest(pay.start), clock.onFinalised(settle.start)]
  return {
    async stop() {
      for (const each of unsubscribe) each()
      stopping.abort()
      await Promise.all([...asking.values(), settle.idle(), pay.idle()])
    },
  }
}

/** Work that is begun on each call unless it is still running; the next head calls again. */
function oneAtATime(work: () => Promise<void>) {
  let running: Promise<void> | null = null
  return {
    start: () => {
      running ??= work().finally(() => {
        running = null
      })
    },
    idle: async () => {
      await running
    },
  }
}

async function isReady(store: Store, round: RoundRecord, subnet: SubnetFile, finalised: number): Promise<boolean> {
  const lastDeadline = await readLastDeadline(store, round.number)
  return lastDeadline === null || beaconBlock(lastDeadline, subnet) <= finalised
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
