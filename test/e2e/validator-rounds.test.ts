import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMiner, startMiner } from '../../miner/miner.ts'
import { minerOptions } from '../../miner/options.ts'
import { miners as roles, worldSubnetChanges } from '../../owner/world/cast.ts'
import { createActor } from '../../owner/world/create-actor.ts'
import { setStage } from '../../owner/world/set-stage.ts'
import { writeSubnetFile } from '../../owner/world/write-subnet-file.ts'
import type { Metagraph } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, startChain } from '../../shared/devchain/start-chain.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { loadSubnet } from '../../shared/subnet/subnet-file.ts'
import { validatorOptions } from '../../validator/options.ts'
import { defaultSubnetFile } from '../../validator/rounds/default-subnet-file.ts'
import type { ValidatorStatus } from '../../validator/status-server.ts'
import { openExistingStore } from '../../validator/storage/open-store.ts'
import { type RunningValidator, startValidator } from '../../validator/validator.ts'
import { runAssay } from '../support/run-assay.ts'

const signal = AbortSignal.timeout(170_000)

describe('a validator on the embedded chain, with real miners and the real model', () => {
  let folder = ''
  let node: RunningChain
  let chain: SubstrateChain
  let netuid = 0
  let subnetFile = ''
  let modelFolder = ''
  const miners: RunningMiner[] = []
  const validators: RunningValidator[] = []

  const common = (name: string) => ({
    ...{
      netuid,
      chainEndpoint: [node.url],
      walletPath: join(folder, 'wallets'),
      walletName: name,
      dataFolder: join(folder, name),
      logLevel: 'silent',
    },
  })
  const validatorFlags = () => ({
    ...common('validator'),
    subnetFile,
    allowPrivate: true,
    statusPort: 0,
    keepRounds: 50,
    verdictHost: '127.0.0.1',
    verdictPort: 0,
    controlMiner: miners[0]?.hotkey,
  })
  const launchValidator = async () => {
    const running = await startValidator(loadSettings(validatorOptions, { flags: validatorFlags() }), signal)
    validators.push(running)
    return running
  }
  const launchMiner = async (name: string, index: number, engine: string | undefined) => {
    const flags = { ...common(name), modelFolder, axonHost: `127.0.0.${20 + index}`, axonPort: 0, tokenRate: 60, refreshSeconds: 0.5 }
    // The cheat speaks TLS: it can be convicted only by what came through there.
    const more = { minCallerStake: worldSubnetChanges.minCallerStakeRao, ...(engine === undefined ? {} : { engine, tlsPort: 0 }) }
    miners.push(await startMiner(loadSettings(minerOptions, { flags: { ...flags, ...more } }), undefined, signal))
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-e2e-validator-'))
    subnetFile = join(folder, 'subnet.json')
    const proof = { k: 8, fullRows: 2, openingMs: 20_000, keepBlocks: 1_000, toploc: { k: 16, chunkRows: 16 } }
    modelFolder = await writeSubnetFile(defaultSubnetFile(), subnetFile, { proof })
    node = await startChain({ preset: 'fast', blockTimeMs: 400 })
    chain = await connectSubstrateChain({ endpoint: node.url, signal })
    const actors = await Promise.all(['owner', 'honest', 'cheat', 'validator'].map(name => createActor(name, join(folder, 'wallets'))))
    const [owner, honest, cheat, validator] = actors
    if (owner === undefined || honest === undefined || cheat === undefined || validator === undefined) throw new Error('no actors')
    netuid = await setStage(chain, owner, [honest, cheat], [{ actor: validator, alpha: 50_000 }], signal)
    await launchMiner('honest', 0, undefined)
    await launchMiner('cheat', 1, roles.find(({ name }) => name === 'ignore-seed')?.engine)
    await launchValidator()
  }, 120_000)
  afterAll(async () => {
    await Promise.all(validators.map(validator => validator.stop()))
    await Promise.all(miners.map(miner => miner.stop()))
    await chain?.close()
    await node?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** The first metagraph, at a new head, that is as awaited. */
  const awaitMetagraph = (ready: (metagraph: Metagraph) => boolean) =>
    new Promise<Metagraph>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      const stop = chain.watchHeads('best', head => {
        chain.readMetagraph(netuid, head.hash, signal).then(metagraph => {
          if (!ready(metagraph)) return
          stop()
          resolve(metagraph)
        }, reject)
      })
    })
  const read = async (validator: RunningValidator, path: string) => (await fetch(`${validator.url}${path}`)).json()
  // Written by the same program, in the shape of its own type.
  const readStatus = async (validator: RunningValidator) => (await read(validator, '/status')) as ValidatorStatus

  it('asks, settles and pays: the honest miner earns, the cheat does not', async () => {
    const [validator] = validators
    if (validator === undefined) throw new Error('no validator')
    const hotkeys = miners.map(({ hotkey }) => hotkey)
    // The first weights may have been committed before there was enough evidence: they count for one epoch.
    const incentiveOf = ({ neurons }: Metagraph, miner: string | undefined) =>
      neurons.find(({ hotkey }) => hotkey === miner)?.incentive ?? 0
    await awaitMetagraph(metagraph => incentiveOf(metagraph, hotkeys[0]) > 0 && incentiveOf(metagraph, hotkeys[1]) === 0)

    const status = await readStatus(validator)
    const [honest, cheat] = hotkeys.map(hotkey => status.miners.find(miner => miner.hotkey === hotkey))
    expect(status.canary).toBe('passed')
    expect(status.control).toMatchObject({ hotkey: hotkeys[0], suspended: [], problem: null })
    expect(status.weights.submitted).toBeGreaterThan(0)
    expect(honest).toMatchObject({ convicted: false, verdicts: { fail: 0, void: 0 } })
    expect(honest?.score, JSON.stringify(honest)).toBeGreaterThan(0)
    expect(honest).toMatchObject({ class: 'onnx-fp32', offer: { tier: 'standard' }, underClaim: false })
    expect(cheat).toMatchObject({ convicted: true, score: 0 })
    expect(await read(validator, '/healthz')).toEqual({ ok: true, problem: null })
  }, 150_000)

  it('keeps a second one off its data folder, goes on with the same scores after a restart, and replays byte for byte', async () => {
    const [validator] = validators
    if (validator === undefined) throw new Error('no validator')
    await expect(startValidator(loadSettings(validatorOptions, { flags: validatorFlags() }), signal)).rejects.toMatchObject({
      code: 'VALIDATOR_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await validator.stop()
    await validator.stop()
    const again = await launchValidator()
    const status = await readStatus(again)
    expect(status.miners.map(({ convicted }) => convicted).sort()).toEqual([false, true])

    const args = [
      'validator',
      'replay',
      '--round',
      String(status.settledRound),
      '--data-folder',
      join(folder, 'validator'),
      '--subnet-file',
      subnetFile,
    ]
    const replay = await runAssay(args)
    expect(replay).toMatchObject({ code: 0, stdout: expect.stringContaining('equal byte for byte') })

    // Audits are drawn with a secret that the chain has the hash of before the round begins.
    const store = openExistingStore(join(folder, 'validator'))
    const named = store.sqlite.prepare("SELECT json_extract(verdict, '$.commitmentBlock') FROM judgement ORDER BY 1 DESC").pluck()
    // Heads may still call when it is closed.
    await awaitMetagraph(() => store.sqlite.open && typeof named.get() === 'number')
    const block = Number(named.get())
    store.close()
    const hash = await chain.readBlockHash(block, signal)
    expect(await chain.readCommitment(netuid, status.hotkey, hash ?? undefined, signal)).toMatchObject({
      block,
      fields: expect.arrayContaining([
        expect.objectContaining({ length: 64 }),
        Uint8Array.from(Buffer.from((await loadSubnet(subnetFile)).scoringVersion, 'hex')),
      ]),
    })

    const wallet = [
      '--wallet-path',
      join(folder, 'wallets'),
      '--wallet-name',
      'validator',
      '--chain-endpoint',
      node.url,
      '--netuid',
      String(netuid),
    ]
    const plan = await runAssay(['validator', 'plan', '--json', '--data-folder', join(folder, 'validator'), ...wallet])
    expect(plan.code, plan.stderr).toBe(0)
    expect(JSON.parse(plan.stdout)).toMatchObject({
      plan: { content: 'scores', missedTempos: 0 },
      foreign: [],
      commitment: { epoch: expect.any(Number) },
    })
  }, 60_000)

  it('exports a verdict that anyone reaches again offline, and tells a miner its own verdicts', async () => {
    const running = validators.at(-1)
    const [honest] = miners
    if (running?.verdictsUrl == null || honest === undefined) throw new Error('nobody to ask')
    const store = openExistingStore(join(folder, 'validator'))
    const audited = store.sqlite.prepare(
      "SELECT request_id FROM signed_verdict JOIN judgement USING (request_id) WHERE miner = ? AND kind = 'pass' ORDER BY place DESC",
    )
    const requestId = String(audited.pluck().get(honest.hotkey))
    store.close()
    const file = join(folder, 'bundle.json')
    const exported = await runAssay([
      'validator',
      'export',
      '--receipt',
      requestId,
      '--out',
      file,
      '--data-folder',
      join(folder, 'validator'),
    ])
    expect(exported.code, exported.stderr).toBe(0)
    const verify = () => runAssay(['verify', file, '--model', modelFolder, '--json'])
    const verified = await verify()
    expect(verified.code, `${verified.stdout}${verified.stderr}`).toBe(0)
    const report = JSON.parse(verified.stdout)
    expect(report).toMatchObject({ requestId, same: true, reached: { kind: 'pass' } })
    // The miner opened what it had committed to, and its rows are those of the model to the rounding of float16.
    const lineOf = (check: string) => report.lines.find((line: { check: string }) => line.check === check)
    expect(lineOf('Opening')).toMatchObject({ finding: 'pass' })
    expect(lineOf('Fingerprint')).toMatchObject({ finding: 'pass', value: expect.closeTo(0, 3) })
    expect(lineOf('TopLoc')).toMatchObject({ finding: 'pass' })
    expect(lineOf('TopLocDistance').value).toBeLessThan(2)
    await writeFile(file, (await readFile(file, 'utf8')).replace('"maxTokens":', '"maxTokens":1'))
    expect(await verify()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('VERIFY_BUNDLE') })

    const wallet = ['--netuid', String(netuid), '--wallet-path', join(folder, 'wallets'), '--wallet-name', 'honest']
    const { hotkey } = await readStatus(running)
    const told = await runAssay(['miner', 'verdicts', '--validator-url', running.verdictsUrl, '--validator-hotkey', hotkey, ...wallet])
    expect(told.code, told.stderr).toBe(0)
    expect(told.stdout).toContain('The answer was verified against the model, and nothing speaks against it.')
  }, 120_000)
})
