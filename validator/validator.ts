import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type BlockClock, startBlockClock } from '../shared/chain/block-clock.ts'
import { connectSubstrateChain } from '../shared/chain/connect-substrate-chain.ts'
import { connectionOf } from '../shared/chain/connection-options.ts'
import { isChainAlarm } from '../shared/chain/is-chain-alarm.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import { waitForCrypto } from '../shared/identity/crypto-ready.ts'
import { operatorPasswords } from '../shared/identity/operator-passwords.ts'
import { readHotkey } from '../shared/identity/read-wallet.ts'
import { decodeSs58 } from '../shared/identity/ss58.ts'
import { openTlsKey } from '../shared/identity/tls-key.ts'
import { createLogger, type Logger } from '../shared/observe/create-logger.ts'
import type { SettingsOf } from '../shared/settings/option.ts'
import { loadSubnet } from '../shared/subnet/subnet-file.ts'
import { countOf } from '../shared/util/count-of.ts'
import { verdictDueAfter } from './audit/verdict-due.ts'
import { dataFolderOf } from './data-folder-of.ts'
import { createMetrics } from './metrics.ts'
import type { validatorOptions } from './options.ts'
import { openDialer } from './query/open-dialer.ts'
import { createSessionBook } from './query/session-book.ts'
import { openVerdictServer } from './reports/open-verdict-server.ts'
import { buildAuditor } from './rounds/auditor.ts'
import { buildHealth } from './rounds/build-health.ts'
import { buildChallenger } from './rounds/challenger.ts'
import { defaultSubnetFile } from './rounds/default-subnet-file.ts'
import { buildNotary } from './rounds/notary.ts'
import { buildOfferBook } from './rounds/offer-book.ts'
import { openReference } from './rounds/open-reference.ts'
import { buildPool } from './rounds/pool.ts'
import { buildQuerier } from './rounds/querier.ts'
import { readStatus } from './rounds/read-status.ts'
import { resumeRounds } from './rounds/resume-rounds.ts'
import { runRounds } from './rounds/run-rounds.ts'
import { buildScoreboard } from './rounds/scoreboard.ts'
import { buildSecretCommitter } from './rounds/secret-committer.ts'
import { buildTlsDuty } from './rounds/tls-duty.ts'
import { buildVerifier } from './rounds/verifier.ts'
import { buildDuplicateWatch } from './rounds/watch-duplicates.ts'
import { buildWeightSetter } from './rounds/weight-setter.ts'
import { weightsSettings } from './rounds/weights-settings.ts'
import { findControlProblem } from './scoring/control-state.ts'
import { openStatusServer } from './status-server.ts'
import { lockFolder } from './storage/lock-folder.ts'
import { openStore } from './storage/open-store.ts'
import { readUnanswered } from './storage/read-unanswered.ts'
import { openSessionPins } from './storage/session-pin-table.ts'
import { assertDuty, readOrCreateSetting } from './storage/setting-table.ts'
import { saveSubnet } from './storage/subnet-table.ts'
import { calibrationDigestOf } from './verification/build-statement.ts'
import { statisticalChecks } from './verification/evidence/answer-e-value.ts'

export type ValidatorSettings = SettingsOf<typeof validatorOptions>

export interface RunningValidator {
  /** Where /status, /metrics and /healthz are. */
  readonly url: string
  /** Where miners ask for their own verdicts; null where that is off. */
  readonly verdictsUrl: string | null
  /** Resolves with what ended its duty for good, e.g. another validator on the same hotkey; the caller then stops it. */
  readonly fatal: Promise<AssayError>
  /** Stops asking, waits for what runs, closes everything in reverse order. */
  stop(): Promise<void>
}

/** Starts a validator: opens its parts, resumes what a stopped run left, and follows the chain until it is stopped. */
export async function startValidator(settings: ValidatorSettings, signal: AbortSignal): Promise<RunningValidator> {
  const log = createLogger('validator', settings.logLevel)
  const closers: Array<() => unknown> = []
  let fail: (error: AssayError) => void = () => undefined
  const fatal = new Promise<AssayError>(resolve => {
    fail = resolve
  })
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      try {
        await closer()
      } catch (error) {
        log.error({ error: messageOf(error) }, 'a part could not be closed')
      }
    }
  }
  try {
    await waitForCrypto()
    if (settings.controlMiner !== undefined) decodeSs58(settings.controlMiner)
    const { walletPath: path, walletName: name, walletHotkey } = settings
    const signer = await readHotkey({ path, name, hotkey: walletHotkey }, operatorPasswords())
    const subnet = await loadSubnet(settings.subnetFile ?? defaultSubnetFile())
    const folder = dataFolderOf(settings)
    closers.push(lockFolder(folder))
    const store = openStore(folder)
    closers.push(() => store.close())
    await saveSubnet(store, subnet)
    const master = Buffer.from(await readOrCreateSetting(store, 'master-secret', () => randomBytes(32).toString('hex')), 'hex')
    const reference = await openReference(subnet, settings, log, signal)
    closers.push(() => reference.engine.close())

    const metrics = createMetrics()
    const chain = await connectSubstrateChain({
      ...connectionOf(settings),
      signal,
      onSlow: text => log.warn(text),
      onTrouble: error => {
        metrics.chainTroubles.inc({ code: error.code })
        log[isChainAlarm(error) ? 'error' : 'warn']({ code: error.code }, error.message)
      },
    })
    closers.push(() => chain.close())
    log.info({ genesis: chain.genesisHash, spec: chain.specVersion, hotkey: signer.hotkey }, 'connected')
    const { netuid, controlMiner } = settings
    const metagraph = await chain.readMetagraph(netuid, undefined, signal)
    const uid = metagraph.neurons.find(neuron => neuron.hotkey === signer.hotkey)?.uid
    if (uid === undefined) throw new AssayError('VALIDATOR_NOT_REGISTERED', { hotkey: signer.hotkey, netuid })
    if (controlMiner !== undefined && !metagraph.neurons.some(({ hotkey }) => hotkey === controlMiner))
      log.warn({ controlMiner, netuid }, 'the control miner is not registered: no check can be suspended by its word')
    // The folder is bound only now: a mistyped netuid or wallet must not claim it for good.
    await assertDuty(store, { genesisHash: chain.genesisHash, netuid, hotkey: signer.hotkey }, folder)
    const clock: BlockClock = await startBlockClock(chain, signal)
    closers.push(() => clock.stop())

    const health = buildHealth(clock, chain.blockTimeMs)
    closers.push(() => health.stop())

    const { file } = subnet
    const tlsKey = await openTlsKey(join(folder, 'tls-key.pem'))
    const tls = buildTlsDuty({ chain, signer, netuid, publicHex: tlsKey.publicHex, headNumber: () => clock.best().number, log })
    closers.push(() => tls.stop())
    // Before the first round, so that most of it finds our key known.
    await tls.readKeys(metagraph, signal)
    const dispatcher = openDialer({
      tls: tlsKey,
      allowPrivate: settings.allowPrivate,
      connectTimeoutMs: settings.connectTimeout,
      headersTimeoutMs: file.round.deadlineBlocks * chain.blockTimeMs,
      idleTimeoutMs: settings.idleTimeout,
      connectionsPerMiner: 64,
    })
    closers.push(() => dispatcher.destroy())
    const offers = buildOfferBook({
      ...{ store, dispatcher, netuid },
      onProblem: ({ hotkey }, problem) => log.warn({ hotkey, problem }, 'an offer cannot be used'),
    })
    const duplicates = buildDuplicateWatch(store, found => {
      metrics.duplicates.inc(found.length)
      for (const one of found) log.warn({ ...one }, 'answers to different requests hold the same tokens')
    })
    const pool = buildPool(store)
    const scoreboard = buildScoreboard({
      store,
      chain,
      netuid,
      subnet,
      clock,
      validator: signer.hotkey,
      notary: buildNotary({ signer, master, netuid }),
      onVerdict: verdict => metrics.verdicts.inc({ kind: verdict.kind, code: verdict.code ?? '' }),
      onFailures: ({ isMass, failed, judged }) => {
        const problem = isMass ? `${failed} of ${judged} coldkeys failed them in one round: convictions by evidence wait` : null
        health.report('the statistical checks', problem)
        if (problem !== null)
          log.error({ failed, judged }, 'most miners failed the statistical checks: look at the reference and the calibration')
      },
      ...(controlMiner !== undefined && { control: controlMiner }),
      onControl: control => {
        for (const check of statisticalChecks) metrics.suspendedChecks.set({ check }, control.suspended.includes(check) ? 1 : 0)
        const problem = findControlProblem(control)
        health.report('the control miner', problem)
        if (problem !== null) log.error({ suspended: control.suspended }, `the control miner: ${problem}`)
      },
    })
    const dial = {
      ...{ dispatcher, signer, tlsReady: tls.isReady },
      sessions: createSessionBook({ dispatcher, signer, netuid, genesisHash: chain.genesisHash }, openSessionPins(store)),
    }
    const modules = {
      pool,
      challenger: buildChallenger({ store, chain, netuid, subnet, reference, scoreboard, master, self: signer.hotkey, tls, offers }),
      querier: buildQuerier({
        pool,
        clock,
        subnet: file,
        blockTimeMs: chain.blockTimeMs,
        ask: { ...dial, capBytes: settings.answerCap },
      }),
      auditor: buildAuditor({
        ...{ store, chain, master, netuid, subnet: file },
        opener: {
          ask: { ...dial, headNumber: () => clock.best().number },
          hiddenSize: reference.engine.hiddenSize,
          netuid,
          onOpening: ({ arrival }) => metrics.openings.inc({ outcome: arrival.kind === 'opening' ? 'opened' : arrival.reason }),
        },
      }),
      verifier: buildVerifier({
        duplicates,
        ...{ store, reference, validator: signer.hotkey, netuid, timeoutMs: settings.referenceTimeout },
        onReference: seconds => {
          metrics.referenceSeconds.observe(seconds)
          health.report('the reference', null)
        },
        onJudged: failures => {
          const [first] = failures
          health.report(
            'judging',
            first === undefined ? null : `${countOf(failures.length, 'answer')} could not be judged: ${first.evidence.problem}`,
          )
          for (const { requestId, evidence } of failures) log.error({ requestId, ...evidence }, 'an answer could not be judged; it is void')
        },
        onReferenceFailure: error => {
          health.report('the reference', messageOf(error))
          log.error({ error: messageOf(error) }, 'a reference run failed; its answer is void')
        },
      }),
      scoreboard,
      committer: buildSecretCommitter({
        ...{ store, chain, signer, netuid, master, scoringVersion: subnet.scoringVersion, log },
        calibrationDigest: calibrationDigestOf(subnet.file),
      }),
      weights: buildWeightSetter({
        ...{ store, chain, signer, netuid, log, settings: weightsSettings(settings, subnet.scoringVersion) },
        onOutcome: outcome => metrics.weightSubmissions.inc({ outcome }),
        onMissed: tempos => {
          metrics.missedTempos.set(tempos)
          health.report('setting weights', tempos === 0 ? null : `${countOf(tempos, 'tempo')} ended without our weights`)
        },
        onOutdated: error => {
          health.report('setting weights', error.message)
          fail(error)
        },
        onDoppelganger: error => {
          health.report('setting weights', error.message)
          fail(error)
        },
      }),
    }
    const resumed = await resumeRounds(store)
    if (resumed > 0) log.info({ rounds: resumed }, 'resumed')
    const rounds = await runRounds(
      {
        ...modules,
        store,
        clock,
        subnet: file,
        health,
        keepRounds: settings.keepRounds,
        log,
        onSettled: number => metrics.settledRound.set(number),
      },
      signal,
    )
    closers.push(() => rounds.stop())

    const due = () => ({ block: clock.finalised().number, dueAfter: verdictDueAfter(file) })
    const status = await openStatusServer(
      { host: settings.statusHost, port: settings.statusPort },
      {
        registry: metrics.registry,
        readStatus: () =>
          readStatus({
            ...{ store, hotkey: signer.hotkey, uid, reference, weights: modules.weights, committer: modules.committer, scoreboard },
            ...{ subnet: file, control: controlMiner, duplicates, readUnanswered: () => readUnanswered(store, due()) },
          }),
        problem: () => (reference.canary() === 'failed' ? 'the reference failed its canary' : health.problem()),
      },
    )
    closers.push(() => status.close())
    let verdictsUrl: string | null = null
    if (settings.verdictPort !== undefined) {
      const address = { host: settings.verdictHost, port: settings.verdictPort }
      const verdicts = await openVerdictServer(address, {
        ...{ store, validator: signer.hotkey, netuid },
        readUnanswered: miner => readUnanswered(store, { ...due(), miner }),
      })
      closers.push(() => verdicts.close())
      verdictsUrl = verdicts.url
      log.info({ url: verdictsUrl }, 'miners may ask for their verdicts')
    }
    warnOfPermit(log, metagraph.neurons[uid]?.validatorPermit === true)
    return { url: status.url, verdictsUrl, fatal, stop: close }
  } catch (error) {
    await close()
    throw error
  }
}

function warnOfPermit(log: Logger, permit: boolean): void {
  if (!permit) log.warn('this hotkey has no validator permit yet; permits are renewed at every epoch')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
