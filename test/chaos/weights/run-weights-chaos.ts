import { setTimeout as delay } from 'node:timers/promises'
import { readLiveIntents } from '../../../validator/storage/intent-table.ts'
import { openStore } from '../../../validator/storage/open-store.ts'
import type { WeightsForm } from '../../../validator/weights/intent.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { auditHistory, type WeightsAudit } from './audit-history.ts'
import { driveValidator } from './drive-validator.ts'
import type { PlannedKill } from './kill-plan.ts'
import { readSubnetState, recordHistory } from './read-history.ts'
import { causeRpcFaults, type FaultCounts, type FaultRates } from './rpc-faults.ts'
import type { Weakness } from './validator-process.ts'
import { defaultHotkey, finalityLag, openWeightsStage } from './weights-stage.ts'

export interface WeightsChaosOptions {
  /** An empty folder for the validator's journal. */
  readonly folder: string
  readonly form: WeightsForm
  readonly tempos: number
  readonly kills: readonly PlannedKill[]
  /** Re-organisations; every other one loses what it drops. */
  readonly reorgs: number
  /** Sockets that are cut, about, besides those under a submission. */
  readonly cuts: number
  readonly rates: FaultRates
  readonly seed: number
  /** What is wrong with the validator on purpose; null for nothing. */
  readonly weakness: Weakness | null
  readonly signal: AbortSignal
  say(line: string): void
}

export interface WeightsChaosResult {
  readonly audit: WeightsAudit
  /** The audit's faults and what the validator itself made of it. */
  readonly faults: readonly string[]
  readonly counts: FaultCounts
  /** How often it was killed, by step. */
  readonly killed: ReadonlyMap<string, number>
  readonly reorgs: number
  readonly blocks: number
}

export const chaosTempo = 20
const rateLimit = 5
const leastReorgDepth = 2
/** A re-organisation that loses our call leaves the validator so many blocks of the tempo to find out and send it again. */
const leastBlocksLeft = 9
/** A step that was not reached within so many tempos is given up, and the validator killed where it stands. */
const patienceTempos = 3
const anyMoment = 'at any moment'
const mostKillDelayMs = 40

/** Runs a validator's weights on a chain that fails in every way it can for so many tempos, and judges what the chain then holds. */
export async function runWeightsChaos(options: WeightsChaosOptions): Promise<WeightsChaosResult> {
  const { folder, form, tempos, seed, signal, say } = options
  const random = seededRandom(seed)
  const stage = await openWeightsStage({ tempo: chaosTempo, rateLimit, commitReveal: form !== 'set-weights', signal })
  const { node, proxy, netuid, uid, account } = stage
  try {
    const history = recordHistory(node, netuid, uid, account)
    const task = { endpoint: proxy.endpoint, folder, netuid, hotkey: defaultHotkey, form, seed: String(seed), rateLimit }
    const driver = driveValidator({ stage, task: { ...task, weakness: options.weakness }, random: seededRandom(seed + 1), signal })
    const faults = causeRpcFaults({
      ...{ proxy, runtime: node.chain.runtime, rates: options.rates, random: seededRandom(seed + 2) },
      onArrival: () => driver.hurry(),
      onFault: () => driver.disturb(),
      onKill: point => driver.kill(point),
    })
    const state = () => readSubnetState(node, netuid, uid)
    const arm = (kill: PlannedKill | undefined) => {
      driver.arm(kill?.point ?? null)
      faults.armed = kill?.point ?? null
    }
    await driver.settle()
    const firstEpoch = state().epoch + 1
    const planned = [...options.kills]
    let armedAt: number | null = null
    let reorgs = 0
    let said = 0
    for (;;) {
      const { epoch, lastUpdate, blocksLeft, sinceEpoch } = state()
      const tempo = epoch - firstEpoch
      if (tempo >= tempos) break
      if (tempo >= said + 10) {
        said = tempo
        say(`${form}: tempo ${tempo} of ${tempos}, head ${node.chain.head.number}, kills left ${planned.length}`)
      }
      if (armedAt !== null && !driver.isArmed) {
        armedAt = null
        faults.armed = null
        planned.shift()
      }
      const kill = planned[0]
      if (kill !== undefined && tempo >= kill.tempo) {
        if (kill.point === null) {
          if (tempo > kill.tempo || sinceEpoch >= kill.offset) {
            planned.shift()
            await delay(random() * mostKillDelayMs)
            driver.kill(anyMoment)
          }
        } else if (armedAt === null) {
          armedAt = tempo
          arm(kill)
        } else if (tempo > armedAt + patienceTempos) {
          arm(undefined)
          driver.kill(anyMoment)
          armedAt = null
          planned.shift()
        }
      }
      if (random() < options.cuts / (tempos * chaosTempo)) faults.cut()
      const isDue = reorgs < options.reorgs && tempo >= Math.floor(((reorgs + 1) * tempos) / (options.reorgs + 1))
      // Deep enough to take our newest call off the chain.
      const depth = Math.max(leastReorgDepth, node.chain.head.number - lastUpdate + 1)
      if (isDue && depth <= finalityLag && blocksLeft >= leastBlocksLeft) {
        node.reorg(depth, { lose: reorgs % 2 === 0 })
        reorgs += 1
      } else node.newBlock()
      await driver.settle()
    }
    const code = await driver.stop()
    // What is on the chain is to be final.
    node.newBlock(finalityLag)
    const store = openStore(folder)
    const intents = await readLiveIntents(store, 0)
    store.close()
    const audit = auditHistory(history, intents, form, firstEpoch)
    const own = [
      ...driver.problems,
      ...(code === 0 ? [] : [`the validator ended with exit code ${code}`]),
      ...(driver.missedTempos > 0 ? [`the validator itself counted ${driver.missedTempos} missed tempos`] : []),
    ]
    return {
      ...{ audit, counts: faults.counts, killed: driver.killed, reorgs, blocks: node.chain.head.number },
      faults: [...audit.faults, ...own],
    }
  } finally {
    await stage.stop()
  }
}
