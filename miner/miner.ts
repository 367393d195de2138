import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AxonAddress, Metagraph } from '../shared/chain/chain-port.ts'
import { connectionOf } from '../shared/chain/connection-options.ts'
import { isChainAlarm } from '../shared/chain/is-chain-alarm.ts'
import { waitForCrypto } from '../shared/identity/crypto-ready.ts'
import { openSignaturePool } from '../shared/identity/open-signature-pool.ts'
import { openTlsKey } from '../shared/identity/tls-key.ts'
import { expandHome } from '../shared/identity/wallet-location.ts'
import { createLogger } from '../shared/observe/create-logger.ts'
import { openDatabase } from '../shared/storage/open-database.ts'
import { networkOf } from '../shared/util/network-of.ts'
import { programVersion } from '../shared/util/program-version.ts'
import { createAttemptBuckets } from './admission/attempt-buckets.ts'
import { createGate } from './admission/gate.ts'
import { createHandshakeBuckets } from './admission/handshake-buckets.ts'
import { createSessionDoor } from './admission/open-session-door.ts'
import { createSessions } from './admission/open-sessions.ts'
import { openProvenPairs } from './admission/proven-pairs.ts'
import { createTokenBudget } from './admission/token-budget.ts'
import { openUsedIds, usedIdsMigrations } from './admission/used-ids.ts'
import { answerAsk } from './answer-ask.ts'
import { startCatalogue } from './catalogue/start-catalogue.ts'
import { admitTlsCallers } from './chain/admit-tls-callers.ts'
import { followMetagraph } from './chain/follow-metagraph.ts'
import { joinSubnet } from './chain/join-subnet.ts'
import { completeOpen } from './complete-open.ts'
import { createPresence } from './create-presence.ts'
import { describeFailure } from './describe-failure.ts'
import { embedTexts } from './embed-texts.ts'
import { externalAddress } from './external-address.ts'
import { buildServer, serverLimits } from './http/build-server.ts'
import { trackRequests } from './http/close-server.ts'
import { listen } from './http/listen.ts'
import { openTlsDoor } from './http/open-tls-door.ts'
import { inferTensors } from './infer-tensors.ts'
import { createKeyRing } from './keys/create-key-ring.ts'
import { readKeyFile } from './keys/read-key-file.ts'
import { listModels } from './list-models.ts'
import { createMinerMetrics } from './metrics.ts'
import type { MinerModules } from './modules.ts'
import { offerMigrations } from './offer/open-offer-book.ts'
import { startOffers } from './offer/start-offers.ts'
import { openGraphs } from './open-graphs.ts'
import { createRowShelf } from './openings/create-row-shelf.ts'
import { openReceipt } from './openings/open-receipt.ts'
import { dataFolderOf, type MinerSettings } from './options.ts'
import { ledgerMigrations, openLedger } from './receipts/open-ledger.ts'
import { createReceiptSigner } from './receipts/receipt-signer.ts'
import { callerWeight } from './scheduling/caller-weight.ts'
import { createRequestQueue } from './scheduling/request-queue.ts'
import { createActivity } from './status/activity.ts'
import { buildStatus } from './status/build-status.ts'
import { kvLoad, modelRows } from './status/read-models.ts'

export interface RunningMiner {
  /** Where it listens, e.g. http://127.0.0.2:8091 */
  readonly url: string
  readonly hotkey: string
  /** What is announced on chain. */
  readonly axon: AxonAddress
  /** Reads the model folders again; what cannot be loaded is logged, and the models before stay at work. */
  reload(): Promise<void>
  /** Ends what runs within a few seconds and closes everything in reverse order; may be called twice. */
  stop(): Promise<void>
}

/** A request's time may be this far from our clock. */
const timeWindow = { pastMs: 5_000, futureMs: 2_000 }
/** Sessions that may be opened from one address, and by one hotkey: one an hour is enough, and a restart costs one. */
const handshakeRate = { ratePerSecond: 2, burst: 32 }

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
    externalAddress(settings, settings.tlsPort ?? settings.axonPort)
    await waitForCrypto()
    const hotkey = await modules.readHotkey(settings)

    const folder = dataFolderOf(settings)
    await mkdir(folder, { recursive: true })
    const open = (file: string, migrations: readonly string[]) => {
      const database = openDatabase(join(folder, file), migrations)
      opened.push(() => database.close())
      return database
    }
    const ledger = openLedger(open('ledger.db', ledgerMigrations))
    opened.push(() => ledger.close())
    const receiptSigner = createReceiptSigner({ hotkey, netuid, nowMs })
    const requests = open('requests.db', usedIdsMigrations)
    const usedIds = openUsedIds({ database: requests, nowMs })
    const pairs = openProvenPairs({ database: requests, nowMs })

    until.throwIfAborted()
    const models = await startCatalogue({
      ...{ settings, modules, hotkey: hotkey.hotkey, stateFolder: folder, signal: until },
      log: { info: text => log.info(text), warn: text => log.warn(text), error: text => log.error(text) },
    })
    opened.push(models.close)

    const chain = await modules.connectChain({
      ...connectionOf(settings),
      signal: until,
      onSlow: text => log.warn(text),
      onTrouble: error => log[isChainAlarm(error) ? 'error' : 'warn']({ code: error.code }, error.message),
    })
    opened.push(() => chain.close())
    log.info({ genesisHash: chain.genesisHash, spec: chain.specName }, 'connected to the chain')
    const openColdkey = settings.register ? () => modules.readColdkey(settings) : null
    const metagraph = await joinSubnet({ chain, netuid, hotkey: hotkey.hotkey, openColdkey, say: text => log.info(text), signal: until })

    const offers = await startOffers(
      {
        ...{ settings, database: open('offers.db', offerMigrations), hotkey, chain, models, nowMs: nowMs() },
        log: { info: text => log.info(text), warn: text => log.warn(text) },
      },
      until,
    )
    const minStakeRao = BigInt(settings.minCallerStake)
    const budget = createTokenBudget({ capacity: models.capacity, burstSeconds: settings.burstSeconds, monotonicMs })
    const queue = createRequestQueue({
      ...{ limit: settings.queueLimit, concurrency: settings.concurrency, rate: models.capacity, monotonicMs },
      weightOf: caller => callerWeight(presence.callers(), presence.admitted(), caller),
    })
    const sessions = createSessions({
      ...{ hotkey, netuid, genesisHash: chain.genesisHash, lifetimeMs: settings.sessionSeconds * 1_000, monotonicMs },
    })
    const presence = createPresence({ chain, netuid, hotkey, minStakeRao, budget, log, monotonicMs })
    presence.apply(metagraph)
    const activity = createActivity(monotonicMs)
    const shelf = createRowShelf({
      ...{ limitBytes: settings.openingMemory * 2 ** 20, keepMs: settings.openingSeconds * 1_000, monotonicMs },
    })
    const metrics = createMinerMetrics({
      ...presence,
      activity,
      running: queue.running,
      kv: () => kvLoad(models),
      waiting: queue.waiting,
      capacity: models.capacity,
      heldIds: usedIds.size,
      sessions: sessions.size,
      shelf,
    })
    const answerContext = { findServing: models.find, netuid, hotkey, budget, queue, ledger, receiptSigner, offers, shelf, activity, nowMs }
    const keys = settings.keyFile === undefined ? null : createKeyRing(await readKeyFile(expandHome(settings.keyFile)), monotonicMs)
    const startedMs = nowMs()
    const startedAtMs = monotonicMs()
    const program = programVersion()
    const graphs = await openGraphs(settings, text => log.warn(text))
    for (const graph of graphs.values()) opened.push(() => graph.close())

    const signatures = openSignaturePool({ threads: settings.signatureThreads })
    opened.push(() => signatures.close())
    const gate = createGate({
      ...{ selfHotkey: hotkey.hotkey, netuid, minStakeRao, window: timeWindow, callers: presence.callers, usedIds, nowMs },
      ...{ sessions, signatures, attempts: createAttemptBuckets({ ratePerSecond: settings.badSignatureRate, monotonicMs, pairs }) },
    })
    const handshakes = createHandshakeBuckets({ ...handshakeRate, monotonicMs })
    // No hotkey has a colon in it.
    const isProven = (network: string) => [...pairs.callersAt(network)].some(caller => caller.startsWith('key:') || presence.admits(caller))
    const server = buildServer({
      ...{ gate, isProven, onKey: (name, ip) => pairs.add(`key:${name}`, networkOf(ip)) },
      sessionDoor: createSessionDoor({ gate, sessions, handshakes }),
      keys,
      models: () =>
        listModels(
          models.list().map(row => row.model),
          startedMs,
        ),
      embed: (request, arrived) => embedTexts(request, arrived, answerContext),
      infer: (request, arrived) => inferTensors(request, arrived, { graphs, queue }),
      async complete(arrived, onPiece) {
        const completed = await completeOpen(arrived, answerContext, onPiece)
        log.debug({ key: arrived.key.name, completionTokens: completed.completionTokens }, 'completed')
        return completed
      },
      async answer(arrived, onPiece) {
        const answer = await answerAsk(arrived, answerContext, onPiece)
        const seconds = (monotonicMs() - arrived.receivedAtMs) / 1_000
        metrics.answers.inc()
        log.debug({ requestId: arrived.ask.assay.requestId, caller: arrived.caller, usage: answer.usage, seconds }, 'answered')
        return answer
      },
      open: (ask, caller) => openReceipt(ask, caller, { netuid, miner: hotkey.hotkey, shelf, nowMs }),
      offer: offers.page,
      health() {
        const { model, engine } = models.main()
        return {
          ok: presence.registered(),
          ...{ status: presence.registered() ? 'serving' : 'not registered', hotkey: hotkey.hotkey, netuid },
          ...{ model: model.manifest.name, manifestDigest: model.manifestDigest, provider: engine.provider },
          ...{ waiting: queue.waiting(), block: presence.block(), metagraphAgeSeconds: presence.ageSeconds() },
        }
      },
      statusAccess: settings.statusAccess === 'off' || settings.statusAccess === 'key' ? settings.statusAccess : 'loopback',
      status: () =>
        buildStatus({
          ...{ program, hotkey: hotkey.hotkey, netuid, activity, queue, capacity: models.capacity },
          ...{ places: settings.concurrency, queueLimit: settings.queueLimit, sessions: sessions.size },
          ...{ metagraph: presence.metagraph, callers: presence.callers, ageSeconds: presence.ageSeconds },
          ...{ models: () => modelRows(models), load: () => kvLoad(models), uptimeSeconds: () => (monotonicMs() - startedAtMs) / 1_000 },
        }),
      metrics: metrics.registry,
      onRefusal(code, status, error) {
        activity.refuse(code)
        if (status < 500 || code === 'MINER_STOPPING') log.debug({ code }, 'refused')
        else log.error({ code, ...describeFailure(error) }, 'a request failed')
      },
      nowMs,
      monotonicMs,
    })
    const tracked = trackRequests(server)
    const { url, port } = await listen(server, settings.axonHost, settings.axonPort)
    const openTls = async (tlsPort: number) => {
      const key = await openTlsKey(join(folder, 'tls-key.pem'))
      const { connections } = serverLimits
      const onRefusal = () => activity.refuse('MINER_TLS_CALLER')
      const door = await openTlsDoor({
        server: server.server,
        key,
        host: settings.axonHost,
        port: tlsPort,
        connections,
        isProven,
        onRefusal,
      })
      opened.push(() => door.close())
      return { chain, netuid, hotkey: hotkey.hotkey, ownHex: key.publicHex, admits: presence.admits, door }
    }
    const tls = settings.tlsPort === undefined ? null : await openTls(settings.tlsPort)
    // Closed before the TLS door, through which the last refusals go too.
    opened.push(() => tracked.close(settings.drainSeconds * 1_000, () => queue.stop()))

    const axon = externalAddress(settings, tls?.door.port ?? port)
    const announce = async (shown: Metagraph) =>
      presence.announce(shown, axon, until, tls === null ? undefined : await admitTlsCallers(shown, tls, until))
    await announce(metagraph)
    const following = followMetagraph(
      {
        everyMs: settings.refreshSeconds * 1_000,
        read: readSignal => chain.readMetagraph(netuid, undefined, readSignal),
        async onMetagraph(next) {
          presence.apply(next)
          sessions.keepOnly(presence.admits)
          await offers.follow(until)
          await announce(next)
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
    log.info({ url, axon, hotkey: hotkey.hotkey, capacity: models.capacity() }, 'serving')
    return { url, hotkey: hotkey.hotkey, axon, reload: models.reload, stop: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}
