import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { beaconBlock } from '../audit/beacon-block.ts'
import { readLastDeadline } from '../storage/exchange-table.ts'
import type { Store } from '../storage/open-store.ts'
import { type RoundRecord, readLastRoundNumber, readRounds } from '../storage/round-table.ts'
import { type AskModules, askRound, payMiners, type SettleModules, settleRound } from './run-round.ts'
import type { WeightSetter } from './weight-setter.ts'

export interface RoundsParts extends AskModules, SettleModules {
  readonly weights: WeightSetter
  readonly store: Store
  readonly clock: BlockClock
  readonly subnet: SubnetFile
  readonly log: Logger
  onSettled?(round: number): void
}

/** Rounds that are asked at once, at most: answers of one may still arrive while the next begins. */
const maxAsking = 3

/** Starts a round at every boundary of `round.blocks` blocks, settles each once its beacons are final, and pays; until stopped. */
export function runRounds(parts: RoundsParts, signal: AbortSignal): { stop(): Promise<void> } {
  const { clock, subnet, store, log } = parts
  const stopping = new AbortController()
  const ours = AbortSignal.any([signal, stopping.signal])
  const asking = new Set<Promise<void>>()
  const numberAt = (block: number) => Math.floor(block / subnet.round.blocks)
  // A round whose beginning we missed would measure less than its length; the next boundary is never far.
  let lastStarted = numberAt(clock.best().number)

  const startRound = async (block: number) => {
    const number = numberAt(block)
    if (number <= lastStarted || asking.size >= maxAsking || ours.aborted) return
    lastStarted = number
    if (((await readLastRoundNumber(store)) ?? -1) >= number) return
    const task = askRound(number, parts, ours).catch(error => {
      if (!ours.aborted) log.error({ round: number, error: messageOf(error) }, 'a round could not be asked')
    })
    asking.add(task)
    void task.finally(() => asking.delete(task))
  }

  const settleReady = async (finalised: number) => {
    for (const round of await readRounds(store, 'asked')) {
      if (ours.aborted || !(await isReady(store, round, subnet, finalised))) break
      await settleRound(round, parts, ours)
      parts.onSettled?.(round.number)
      log.info({ round: round.number }, 'settled')
    }
  }

  // Apart from settling: a submission waits for a block, and the ramp must not wait with it.
  let paying: Promise<void> | null = null
  const pay = () => {
    if (ours.aborted || paying !== null) return
    paying = payMiners(parts.scoreboard, parts.weights, ours).catch(error => {
      if (!ours.aborted) log.error({ error: messageOf(error) }, 'weights could not be set; tried again at the next head')
    })
    void paying.then(() => {
      paying = null
    })
  }

  let settling: Promise<void> = Promise.resolve()
  let queued = false
  const unsubscribe = [
    clock.onBest(head => void startRound(head.number)),
    clock.onBest(pay),
    clock.onFinalised(() => {
      // One pass waits at most: it will see the newest head anyway.
      if (queued) return
      queued = true
      settling = settling
        .then(() => {
          queued = false
          return settleReady(clock.finalised().number)
        })
        .catch(error => {
          if (!ours.aborted) log.error({ error: messageOf(error) }, 'settling failed; it is tried again at the next head')
        })
    }),
  ]
  return {
    async stop() {
      for (const each of unsubscribe) each()
      stopping.abort()
      await Promise.all([...asking, settling, paying])
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
