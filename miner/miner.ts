import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AxonAddress } from '../shared/chain/chain-port.ts'
import { connectionOf } from '../shared/chain/connection-options.ts'
import { waitForCrypto } from '../shared/identity/crypto-ready.ts'
import { createLogger } from '../shared/observe/create-logger.ts'
import { openDatabase } from '../shared/storage/open-database.ts'
import { createAttemptBuckets } from './admission/attempt-buckets.ts'
import { createGate } from './admission/gate.ts'
import { createTokenBudget } from './admission/token-budget.ts'
import { openUsedIds, usedIdsMigrations } from './admission/used-ids.ts'
import { answerAsk } from './answer-ask.ts'
import { followMetagraph } from './chain/follow-metagraph.ts'
import { joinSubnet } from './chain/join-subnet.ts'
import { createPresence } from './create-presence.ts'
import { externalAddress } from './external-address.ts'
import { buildServer } from './http/build-server.ts'
import { trackRequests } from './http/close-server.ts'
import { listen } from './http/listen.ts'
import { createMinerMetrics } from './metrics.ts'
import type { MinerModules } from './modules.ts'
import { dataFolderOf, type MinerSettings } from './options.ts'
import { ledgerMigrations, openLedger } from './receipts/open-ledger.ts'
import { openServingEngine } from './scheduling/open-engine.ts'
import { createRequestQueue } from './scheduling/request-queue.ts'

export interface RunningMiner {
  /** Where it listens, e.g. http://127.0.0.2:8091 */
  readonly url: string
  readonly hotkey: string
  /** What is announced on chain. */
  readonly axon: AxonAddress
  /** Ends what runs within a few seconds and closes everything in reverse order; may be called twice. */
  stop(): Promise<void>
}

/** A request's time may be this far from our clock. */
const timeWindow = { pastMs: 5_000, futureMs: 2_000 }
/** Answers in flight get this long when the miner stops. */
const graceMs = 3_000

/** Starts a miner: model, engine, ledger, chain, server, announcement; what was opened is closed again where a step fails. */
export async function startMiner(
  settings: MinerSettings,
  given?: MinerModules,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningMiner> {
  // The chain client takes a second to load, and tests bring their own.
  const modules = given ?? (await import('./real-modules.ts')).realModules
  const { nowMs, monotonicMs } = modules
  const { netuid } = settings
  const log = createLogger('miner', settings.logLevel)
  const opened: Array<() => Promise<void> | void> = []
  const closeAll = async () => {
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close()
  }
  const stopping = new AbortController()
  const until = AbortSignal.any([signal, stopping.signal])
  try {
    // Before anything is paid: a registration cannot be taken back.
    externalAddress(settings, settings.axonPort)
    await waitForCrypto()
    const hotkey = await modules.readHotkey(settings)
    const model = await modules.loadModel(settings.modelFolder)

    const folder = dataFolderOf(settings)
    await mkdir(folder, { recursive: true })
    const open = (file: string, migrations: readonly string[]) => {
      const database = openDatabase(join(folder, file), migrations)
      opened.push(() => database.close())
      return database
    }
    const ledger = openLedger(open('ledger.db', ledgerMigrations))
    const usedIds = openUsedIds({ database: open('requests.db', usedIdsMigrations), nowMs })

    until.throwIfAborted()
    const context = { model, hotkey: hotkey.hotkey, threads: settings.threads, provider: settings.provider, stateFolder: folder }
    const serving = await openServingEngine(modules, { ...settings, context, warn: text => log.warn(text), signal: until })
    opened.push(() => serving.engine.close())

    const chain = await modules.connectChain({
      ...connectionOf(settings),
      signal: until,
      onTrouble: error => log.warn({ code: error.code }, error.message),
    })
    opened.push(() => chain.close())
    log.info({ genesisHash: chain.genesisHash, spec: chain.specName }, 'connected to the chain')
    const openColdkey = settings.register ? () => modules.readColdkey(settings) : null
    const metagraph = await joinSubnet({ chain, netuid, hotkey: hotkey.hotkey, openColdkey, signal: until })

    const minStakeRao = BigInt(settings.minCallerStake)
    const budget = createTokenBudget({ capacity: serving.capacity, burstSeconds: settings.burstSeconds, monotonicMs })
    const queue = createRequestQueue({ limit: settings.queueLimit, concurrency: settings.concurrency, rate: serving.capacity, monotonicMs })
    const presence = createPresence({ chain, netuid, hotkey, minStakeRao, budget, log, monotonicMs })
    presence.apply(metagraph)
    const metrics = createMinerMetrics({ ...presence, waiting: queue.waiting, capacity: serving.capacity, heldIds: usedIds.size })
    const answerContext = { ...serving, netuid, hotkey, model, budget, queue, ledger, nowMs }

    const server = buildServer({
      gate: createGate({
        ...{ selfHotkey: hotkey.hotkey, netuid, minStakeRao, window: timeWindow, callers: presence.callers, usedIds, nowMs },
        attempts: createAttemptBuckets({ ratePerSecond: settings.badSignatureRate, monotonicMs }),
      }),
      async answer(arrived) {
        const answer = await answerAsk(arrived, answerContext)
        const seconds = (monotonicMs() - arrived.receivedAtMs) / 1_000
        metrics.countAnswer(answer.usage, seconds)
        log.debug({ requestId: arrived.ask.assay.requestId, caller: arrived.caller, usage: answer.usage, seconds }, 'answered')
        return answer
      },
      health: () => ({
        ok: presence.registered(),
        ...{ status: presence.registered() ? 'serving' : 'not registered', hotkey: hotkey.hotkey, netuid },
        ...{ model: model.manifest.name, manifestDigest: model.manifestDigest, provider: serving.engine.provider },
        ...{ waiting: queue.waiting(), block: presence.block(), metagraphAgeSeconds: presence.ageSeconds() },
      }),
      metrics: metrics.registry,
      onRefusal(code, status, error) {
        metrics.refusals.inc({ code })
        if (status < 500) log.debug({ code }, 'refused')
        else log.error({ code, err: error }, 'a request failed')
      },
      nowMs,
      monotonicMs,
    })
    const tracked = trackRequests(server)
    const { url, port } = await listen(server, settings.axonHost, settings.axonPort)
    opened.push(() => tracked.close(graceMs, () => queue.stop()))

    const axon = externalAddress(settings, port)
    await presence.announce(metagraph, axon, until)
    const following = followMetagraph(
      {
        everyMs: settings.refreshSeconds * 1_000,
        read: readSignal => chain.readMetagraph(netuid, undefined, readSignal),
        async onMetagraph(next) {
          presence.apply(next)
          await presence.announce(next, axon, until)
        },
        onFailure(error) {
          metrics.metagraphFailures.inc()
          log.warn({ err: error }, 'the metagraph could not be followed; the last one stays in force')
        },
      },
      until,
    )
    opened.push(async () => {
      stopping.abort()
      await following
    })
    log.info({ url, axon, hotkey: hotkey.hotkey, capacity: serving.capacity() }, 'serving')
    return { url, hotkey: hotkey.hotkey, axon, stop: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}
