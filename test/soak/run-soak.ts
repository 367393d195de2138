import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import type { MinerSession } from '../../validator/query/miner-session.ts'
import { openDialer } from '../../validator/query/open-dialer.ts'
import { openSession } from '../../validator/query/open-session.ts'
import { genesisHash } from '../support/session-lab.ts'
import { type Growth, growthOf } from './growth.ts'
import { type CallerParts, type Outcome, sendSoak, soakRequest } from './soak-callers.ts'
import type { SoakAddress, SoakMemory, SoakSetup } from './soak-messages.ts'

export interface SoakOptions {
  readonly requests: number
  /** How often memory is weighed while they run. */
  readonly points: number
  /** Requests before the first point, which do not count: caches fill and code is compiled. */
  readonly warmUp: number
  /** Seconds of ten times the load that the miner can carry, in the middle. */
  readonly overloadSeconds: number
  /** What the control keeps with every request; 0 in the real run. */
  readonly leakBytes?: number
  readonly onPoint?: (done: number, memory: SoakMemory) => void
}

export interface SoakResult {
  readonly points: readonly (SoakMemory & { readonly requests: number })[]
  /** Bytes of heap and external memory per 1,000 requests. */
  readonly growth: Growth
  readonly rssGrowthBytes: number
  readonly calm: Tally
  readonly overload: Tally
  /** Answers that were still in the engine at the end. */
  readonly left: number
}

/** Requests by what became of them. */
export interface Tally {
  readonly sent: number
  readonly answered: number
  readonly disconnected: number
  /** By their codes, and what was seen of those that were neither answered nor refused. */
  readonly refused: Readonly<Record<string, number>>
  readonly lost: readonly string[]
}

const tokenRate = 10_000
const inFlight = 24
const calmTokens = 6
/** An answer of this length takes a fiftieth of a second of the whole machine. */
const overloadTokens = 200
const overloadPerSecond = (10 * tokenRate) / overloadTokens
const disconnectEvery = 20
const warmUpOverloadSeconds = 2

/** Runs requests of several callers against a miner in a process of its own, and weighs that process as it goes. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  await waitForCrypto()
  const { requests, points: count, warmUp, overloadSeconds, leakBytes = 0, onPoint } = options
  const setup: SoakSetup = { leakBytes, tokenRate }
  const script = fileURLToPath(new URL('./soak-miner.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(setup)], { execArgv: ['--expose-gc', '--import', 'tsx'] })
  try {
    const [address]: SoakAddress[] = await once(child, 'message')
    if (address === undefined) throw new Error('the miner did not start')
    const caller = await openCallers(address)
    const calm = createTally()
    const overload = createTally()
    const points: Array<SoakMemory & { readonly requests: number }> = []
    let sent = 0
    const runTo = async (end: number) => {
      const lane = async () => {
        while (sent < end) {
          const index = sent++
          calm.count(await caller.send(index, calmTokens, leaveAt(index)))
        }
      }
      await Promise.all(Array.from({ length: inFlight }, lane))
    }
    await runTo(warmUp)
    await runOverload(caller.send, Math.min(overloadSeconds, warmUpOverloadSeconds), overload)
    for (let point = 0; point < count; point++) {
      if (point === count >> 1) await runOverload(caller.send, overloadSeconds, overload)
      await runTo(warmUp + Math.round(((point + 1) * requests) / count))
      const memory = await settled(child)
      points.push({ ...memory, requests: sent - warmUp })
      onPoint?.(sent - warmUp, memory)
    }
    const weights = points.map(({ requests: done, heapBytes, externalBytes }) => [done / 1_000, heapBytes + externalBytes] as const)
    const [first] = points
    const last = points.at(-1)
    if (first === undefined || last === undefined) throw new Error('no point was measured')
    await caller.close()
    child.send('stop')
    await once(child, 'exit')
    return {
      points,
      growth: growthOf(weights),
      rssGrowthBytes: last.rssBytes - first.rssBytes,
      calm: calm.result(),
      overload: overload.result(),
      left: last.active,
    }
  } finally {
    child.kill('SIGKILL')
  }
}

type Send = (index: number, maxTokens: number, leave: ReturnType<typeof leaveAt>) => Promise<Outcome>

/** One request in twenty is left by its caller: half of those before a byte of the answer, half in the middle of a stream. */
function leaveAt(index: number): 'never' | 'once sent' | 'first bytes' {
  if (index % disconnectEvery !== 0) return 'never'
  return (index / disconnectEvery) % 2 === 0 ? 'once sent' : 'first bytes'
}

async function openCallers(address: SoakAddress): Promise<{ send: Send; close(): Promise<void> }> {
  const validators = ['//Alice', '//Bob'].map(pairFromUri)
  const dispatcher = openDialer({
    ...{ allowPrivate: true, connectTimeoutMs: 10_000, headersTimeoutMs: 10_000, idleTimeoutMs: 10_000, connectionsPerMiner: 2 },
  })
  const { hostname, port } = new URL(address.url)
  const miner = { uid: 2, hotkey: address.hotkey, coldkey: address.hotkey, registeredAtBlock: 1, host: hostname, port: Number(port) }
  const sessions: MinerSession[] = []
  for (const signer of validators) {
    const opened = await openSession(miner, { dispatcher, signer, netuid: 2, genesisHash }, AbortSignal.timeout(20_000))
    if (opened === null || !('seal' in opened)) throw new Error(`no session: ${JSON.stringify(opened)}`)
    sessions.push(opened)
  }
  const parts: CallerParts = { address, validators, sessions }
  // A miner closes what one address holds open beyond 128 connections: such a request was never accepted, and nothing would be learned.
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  return {
    send: (index, maxTokens, leave) => sendSoak(address.url, soakRequest(index, maxTokens, parts), agent, leave),
    async close() {
      agent.destroy()
      await dispatcher.destroy()
    },
  }
}

/** Sends requests at a fixed rate whatever becomes of them. */
async function runOverload(send: Send, seconds: number, tally: ReturnType<typeof createTally>): Promise<void> {
  const startedMs = performance.now()
  const open: Promise<void>[] = []
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - startedMs) / 1_000) {
    while (open.length < elapsed * overloadPerSecond) open.push(send(open.length, overloadTokens, 'never').then(tally.count))
    await wait(10)
  }
  await Promise.all(open)
}

/** The miner's memory once no answer is left in it: who closed a connection is not waited for. */
async function settled(child: ChildProcess): Promise<SoakMemory> {
  for (let attempt = 0; ; attempt++) {
    child.send('weigh')
    const [memory]: SoakMemory[] = await once(child, 'message')
    if (memory === undefined) throw new Error('the miner did not answer')
    if (memory.active === 0 || attempt === 50) return memory
    await wait(20)
  }
}

function createTally() {
  const counts = { sent: 0, answered: 0, disconnected: 0 }
  const lost: string[] = []
  const refused: Record<string, number> = {}
  return {
    count(outcome: Outcome) {
      counts.sent += 1
      if (typeof outcome === 'string') counts[outcome] += 1
      else if ('lost' in outcome) lost.push(outcome.lost)
      else refused[outcome.refused] = (refused[outcome.refused] ?? 0) + 1
    },
    result: (): Tally => ({ ...counts, lost, refused: { ...refused } }),
  }
}
