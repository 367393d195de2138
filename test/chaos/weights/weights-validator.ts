// A validator's weights as a process of its own, for whoever kills it: everything is the real thing but the scores, which follow from the height.
import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBlockClock } from '../../../shared/chain/block-clock.ts'
import type { SubmitOptions } from '../../../shared/chain/chain-port.ts'
import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { createLogger } from '../../../shared/observe/create-logger.ts'
import { stopSignal } from '../../../shared/util/stop-signal.ts'
import { minerKey } from '../../../validator/challenge/drawn-request.ts'
import { type Journal, openJournal } from '../../../validator/rounds/journal.ts'
import type { WeightsChain } from '../../../validator/rounds/look-at-weights.ts'
import { emptyScoring } from '../../../validator/rounds/settle-scores.ts'
import { buildWeightSetter } from '../../../validator/rounds/weight-setter.ts'
import { lockFolder } from '../../../validator/storage/lock-folder.ts'
import { openStore } from '../../../validator/storage/open-store.ts'
import { assertDuty } from '../../../validator/storage/setting-table.ts'
import type { IntentStatus } from '../../../validator/weights/intent.ts'
import { weightsTerms } from '../../support/weights-outlook.ts'
import type { KillPoint } from './kill-points.ts'
import type { Order, Report, ValidatorTask } from './validator-process.ts'

// The parent wrote it, in the shape of its own type.
const task = JSON.parse(process.argv[2] ?? '{}') as ValidatorTask
const signal = stopSignal()
const say = (report: Report) => process.send?.(report)
let armed: KillPoint | null = task.armed
process.on('message', (order: Order) => {
  if ('ping' in order) say({ pong: order.ping })
  else armed = order.armed
})

const release = lockFolder(task.folder)
note({ began: true })
const store = openStore(task.weakness === 'forgetful' ? null : task.folder)
const chain = await connectSubstrateChain({
  ...{ endpoint: task.endpoint, signal },
  onTrouble: error => note({ trouble: error.message }),
})
note({ connected: true })
const signer = pairFromUri(task.hotkey)
await assertDuty(store, { genesisHash: chain.genesisHash, netuid: task.netuid, hotkey: signer.hotkey }, task.folder)
const { neurons } = await chain.readMetagraph(task.netuid, undefined, signal)
const clock = await startBlockClock(chain, signal)
const setter = buildWeightSetter({
  ...{ store, signer, netuid: task.netuid, log: createLogger('weights', 'silent') },
  chain: task.weakness === 'twice' ? sayingTwice(chain) : chain,
  settings: { ...weightsTerms, commitForm: task.form === 'hash' ? 'hash' : 'timelocked' },
  journal: deadly(openJournal(store)),
  onMissed: missedTempos => say({ missedTempos }),
  onDoppelganger: error => {
    say({ problem: error.message })
    process.exitCode = error.exitCode
    void stop()
  },
})

let busy = false
const look = async () => {
  if (busy) return
  busy = true
  const head = clock.best().number
  note({ looking: head })
  await setter.submitIfDue({ round: head, scores: scoresOf(head), state: emptyScoring }, signal)
  note({ head, ...setter.status() })
  // What came meanwhile is left, as by the validator: the next head brings the next look.
  say({ looked: clock.best().number })
  busy = false
}
clock.onBest(() => void look())
void look()
signal.addEventListener('abort', () => void stop())

async function stop(): Promise<void> {
  clock.stop()
  await chain.close()
  store.close()
  release()
  // Listening to orders holds the process.
  process.channel?.unref()
}

/** What the operator would see, for whoever looks into the folder afterwards. */
function note(what: Readonly<Record<string, unknown>>): void {
  appendFileSync(join(task.folder, 'weights.log'), `${JSON.stringify({ at: Date.now(), pid: process.pid, ...what })}\n`)
}

/** Scores that no two heights share, so that a vector on the chain tells when it was made. */
function scoresOf(height: number): Map<string, number> {
  return new Map(
    neurons
      .filter(({ hotkey }) => hotkey !== signer.hotkey)
      .map(neuron => [minerKey(neuron), 1 + createHash('sha256').update(`${task.seed}/${height}/${neuron.uid}`).digest().readUInt16LE(0)]),
  )
}

/** A journal at whose steps the process dies, really and at once, when it was told to. */
function deadly(journal: Journal): Journal {
  const dieAt = (point: KillPoint) => {
    if (armed === point) process.kill(process.pid, 'SIGKILL')
  }
  const around =
    <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>, points: (...args: A) => readonly [KillPoint, KillPoint] | null) =>
    async (...args: A): Promise<R> => {
      const found = points(...args)
      if (found !== null) dieAt(found[0])
      const result = await work(...args)
      if (found !== null) dieAt(found[1])
      return result
    }
  const noting: Partial<Record<IntentStatus, readonly [KillPoint, KillPoint]>> = {
    included: ['before its block is noted', 'after its block is noted'],
    finalised: ['before its finality is noted', 'after its finality is noted'],
    revealed: ['before the opening is noted', 'after the opening is noted'],
  }
  return {
    ...journal,
    begin: around(journal.begin, () => ['before the intent is stored', 'after the intent is stored']),
    sent: around(journal.sent, () => ['before it is marked as sent', 'after it is marked as sent']),
    reveals: around(journal.reveals, () => ['before the reveal is marked', 'after the reveal is marked']),
    change: around(journal.change, changes => changes.map(({ status }) => noting[status]).find(found => found !== undefined) ?? null),
  }
}

/** A chain to which everything is said twice, a rate limit apart: what a validator without a memory would do. */
function sayingTwice(real: WeightsChain): WeightsChain {
  const twice = async <R>(work: (options: SubmitOptions) => Promise<R>, options: SubmitOptions): Promise<R> => {
    const first = await work(options)
    const until = clock.best().number + task.rateLimit
    await new Promise<void>(resolve => {
      const unsubscribe = clock.onBest(({ number }) => {
        if (number < until) return
        unsubscribe()
        resolve()
      })
    })
    await work({ until: 'included' })
    return first
  }
  return {
    ...real,
    submitWeights: (key, weights, options) => twice(each => real.submitWeights(key, weights, each), options),
    submitCommit: (key, netuid, hash, options) => twice(each => real.submitCommit(key, netuid, hash, each), options),
    submitTimelockedCommit: (key, commit, options) => twice(each => real.submitTimelockedCommit(key, commit, each), options),
  }
}
