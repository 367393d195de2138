import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerWatchCommand } from '../../../../miner/watch/command.ts'
import { registerChainInfoCommand } from '../../../../shared/chain/commands/chain-info.ts'
import { registerMetagraphCommand } from '../../../../shared/chain/commands/metagraph.ts'
import { registerSubnetCommands } from '../../../../shared/chain/commands/subnet.ts'
import { registerWalletChainCommands } from '../../../../shared/chain/commands/wallet.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, startChain } from '../../../../shared/devchain/start-chain.ts'
import { createColdkey, createHotkey } from '../../../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../../shared/identity/key-pair.ts'
import { runCommand } from '../../../support/run-command.ts'

const tao = 1_000_000_000n
const subnet = (program: Command) => registerSubnetCommands(program.command('subnet'))
const watch = (program: Command) => registerWatchCommand(program.command('miner'))

describe('the commands of an operator', () => {
  let node: RunningChain
  let chain: SubstrateChain
  let folder: string
  let addresses: { coldkey: string; hotkey: string }
  /** Flags that name the chain, and those that name the wallet too. */
  let onChain: string[]
  let signed: string[]

  beforeAll(async () => {
    await waitForCrypto()
    node = await startChain({ preset: 'fast', blockTimeMs: 100 })
    chain = await connectSubstrateChain({ endpoint: node.url })
    folder = await mkdtemp(join(tmpdir(), 'assay-owner-'))
    const coldkey = await createColdkey({ path: folder, name: 'owner' }, { password: null })
    const hotkey = await createHotkey({ path: folder, name: 'owner' })
    await createColdkey({ path: folder, name: 'stranger' }, { password: null })
    await createHotkey({ path: folder, name: 'stranger' })
    addresses = { coldkey: coldkey.address, hotkey: hotkey.address }
    await chain.submitTransfer(pairFromUri('//Alice'), coldkey.address, 5_000n * tao, { until: 'included' })
    onChain = ['--subtensor.chain_endpoint', node.url]
    signed = [...onChain, '--wallet.path', folder, '--wallet.name', 'owner', '--yes']
  })
  afterAll(async () => {
    await chain?.close()
    await node?.stop()
    if (folder !== undefined) await rm(folder, { recursive: true })
  })

  it('chain info names the genesis, the runtime and the heads', async () => {
    const info: unknown = JSON.parse(await runCommand(registerChainInfoCommand, ['chain', 'info', ...onChain, '--json']))
    expect(info).toMatchObject({ network: null, genesisHash: node.genesisHash, specName: 'node-subtensor', endpoint: node.url })
    expect(await runCommand(registerChainInfoCommand, ['chain', 'info', ...onChain])).toContain(`genesis     ${node.genesisHash}`)
  })

  it('a network whose genesis differs is refused whatever the endpoint says', async () => {
    const info = runCommand(registerChainInfoCommand, ['chain', 'info', '--subtensor.network', 'finney', ...onChain])
    await expect(info).rejects.toMatchObject({ code: 'CHAIN_WRONG_GENESIS', details: { genesisHash: node.genesisHash } })
  })

  it('a subnet is created, started, and shows its owner in the metagraph', async () => {
    const created = await runCommand(subnet, ['subnet', 'create', ...signed])
    expect(created).toMatch(/^Subnet 2 was created in block \d+\./)
    const flags = `--chain-endpoint ${node.url} --wallet-path ${folder} --wallet-name owner`
    expect(created).toContain(`Next: assay subnet start --netuid 2 ${flags}\n`)
    expect(await runCommand(subnet, ['subnet', 'start', '--netuid', '2', ...signed])).toMatch(/^Subnet 2 was started/)
    const table = await runCommand(registerMetagraphCommand, ['metagraph', '--netuid', '2', ...onChain])
    expect(table).toContain('subnet 2 at block')
    expect(table).toContain(addresses.hotkey)
    const json: unknown = JSON.parse(await runCommand(registerMetagraphCommand, ['metagraph', '--netuid', '2', ...onChain, '--json']))
    expect(json).toMatchObject({ netuid: 2, ownerColdkey: addresses.coldkey, neurons: [{ uid: 0, hotkey: addresses.hotkey }] })
  })

  it('registering pays from the coldkey, and says so where there is nothing to do', async () => {
    const again = await runCommand(subnet, ['subnet', 'register', '--netuid', '2', ...signed])
    expect(again).toContain('is uid 0 of subnet 2 already; nothing was signed')
    expect(await runCommand(subnet, ['subnet', 'register', '--netuid', '1', ...signed])).toMatch(/is uid \d+ of subnet 1\.\n$/)
  })

  it('a hyperparameter is shown before and after, and its change is stored', async () => {
    const args = ['subnet', 'hyperparameters', 'set', '--netuid', '2', '--name', 'immunity_period', ...signed]
    const set = await runCommand(subnet, [...args, '--value', '7200'])
    expect(set).toMatch(/now {13}\d+\nthen {12}7200\nlimits {10}0 to 65535/)
    expect(set).toContain(`who             the owner's coldkey ${addresses.coldkey} (this wallet)`)
    expect(set).toMatch(/immunity_period is 7200 since block \d+\.\n$/)
    const values: unknown = JSON.parse(
      await runCommand(subnet, ['subnet', 'hyperparameters', 'get', '--netuid', '2', ...onChain, '--json']),
    )
    expect(values).toContainEqual(expect.objectContaining({ name: 'immunity_period', value: 7200, who: 'owner' }))
    const soon = runCommand(subnet, [...args, '--value', '7300'])
    await expect(soon).rejects.toMatchObject({ code: 'CHAIN_NOT_NOW', message: expect.stringContaining('may be changed again from block') })
    await expect(runCommand(subnet, [...args, '--value', '7200'])).rejects.toMatchObject({
      message: expect.stringContaining('it is 7200 already'),
    })
  })

  it.each([
    ['burn_increase_mult', '1.5', '1.5'],
    ['yuma3_enabled', 'off', 'false'],
    ['bonds_moving_avg', '900001', '900001'],
    ['activity_cutoff_factor', '20000', '20000'],
  ])('%s takes %s', async (name, value, shown) => {
    const args = ['subnet', 'hyperparameters', 'set', '--netuid', '2', '--name', name, '--value', value, ...signed]
    expect(await runCommand(subnet, args)).toMatch(new RegExp(`${name} is ${shown.replace('.', '\\.')} since block \\d+\\.\\n$`))
  })

  it.each([
    ['kappa', '1', "set by the chain's root alone"],
    ['no_such_thing', '1', 'There is no hyperparameter "no_such_thing"'],
    ['immunity_period', '65536', 'expected 0 to 65535'],
    ['immunity_period', '-1', 'expected 0 to 65535'],
    ['alpha_values', '5000,4000', 'low not above high'],
    ['yuma3_enabled', 'maybe', 'expected true or false'],
    ['burn_increase_mult', '3.1', 'a decimal, 1 to 3'],
  ])('%s cannot be set to %s, and the reason comes before any connection', async (name, value, reason) => {
    const args = [
      'subnet',
      'hyperparameters',
      'set',
      '--netuid',
      '2',
      '--name',
      name,
      `--value=${value}`,
      '--chain-endpoint',
      'ws://127.0.0.1:1',
      '--yes',
    ]
    await expect(runCommand(subnet, args)).rejects.toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining(reason) })
  })

  it('another wallet than the owner’s may not set one, and nothing is signed', async () => {
    const args = [
      'subnet',
      'hyperparameters',
      'set',
      '--netuid',
      '2',
      '--name',
      'rho',
      '--value',
      '11',
      ...signed,
      '--wallet.name',
      'stranger',
    ]
    await expect(runCommand(subnet, args)).rejects.toMatchObject({
      code: 'CHAIN_NOT_NOW',
      message: expect.stringContaining("only the owner's coldkey"),
    })
  })

  it('inside the freeze window a change is refused before signing, with the block that ends it', async () => {
    const alice = pairFromUri('//Alice')
    const root = (call: string, args: unknown[]) =>
      chain.submitCall(alice, { pallet: 'adminUtils', call, args, sudo: true }, { until: 'included' })
    // Wider than the tempo: always closed.
    await root('sudoSetAdminFreezeWindow', [50])
    const args = ['subnet', 'hyperparameters', 'set', '--netuid', '2', '--name', 'rho', '--value', '11', ...signed]
    await expect(runCommand(subnet, args)).rejects.toMatchObject({
      code: 'CHAIN_NOT_NOW',
      message: expect.stringMatching(/frozen until the epoch of block \d+/),
    })
    await root('sudoSetAdminFreezeWindow', [0])
  })

  it('the identity is stored with the subnet', async () => {
    const args = ['subnet', 'identity', '--netuid', '2', '--name', 'assay', '--url', 'https://example.org', ...signed]
    expect(await runCommand(subnet, args)).toMatch(/^Done in block \d+: give subnet 2 the name "assay"\.\n$/)
    const stored: unknown = await chain.readStorage('subtensorModule', 'subnetIdentitiesV3', [2])
    expect(stored).toMatchObject({ subnetName: `0x${Buffer.from('assay').toString('hex')}` })
  })

  it('stake goes to the hotkey, and the balance shows both', async () => {
    const stake = ['wallet', 'stake', '--netuid', '2', '--amount', '12.5', ...signed]
    expect(await runCommand(registerWalletChainCommands, stake)).toContain(`stake 12.5 TAO on ${addresses.hotkey} in subnet 2`)
    const balance = ['wallet', 'balance', ...onChain, '--wallet.path', folder, '--wallet.name', 'owner']
    const shown: { freeRao: number; stakes: { netuid: number; alphaRao: number }[] } = JSON.parse(
      await runCommand(registerWalletChainCommands, [...balance, '--json']),
    )
    expect(shown.freeRao).toBeLessThan(4_000 * Number(tao))
    expect(shown.stakes.find(({ netuid }) => netuid === 2)?.alphaRao).toBeGreaterThan(0)
    expect(await runCommand(registerWalletChainCommands, balance)).toContain(`coldkey ${addresses.coldkey}`)
    const none = runCommand(registerWalletChainCommands, ['wallet', 'stake', '--netuid', '2', '--amount', '0', ...signed])
    await expect(none).rejects.toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining('expected a number above 0') })
  })

  it('stake on a subnet that is not there is refused before anything is asked or signed', async () => {
    const stake = runCommand(registerWalletChainCommands, ['wallet', 'stake', '--netuid', '77', '--amount', '1', ...signed])
    await expect(stake).rejects.toMatchObject({ code: 'CHAIN_SUBNET_UNKNOWN' })
  })

  it('chain fund gives an account of the embedded chain some TAO, the wallet’s own unless told', async () => {
    const fund = (args: string[]) => runCommand(registerChainInfoCommand, ['chain', 'fund', ...onChain, ...args])
    const before = await chain.readBalance(addresses.coldkey)
    expect(await fund(['--amount', '7', '--wallet.path', folder, '--wallet.name', 'owner'])).toContain(`${addresses.coldkey} has `)
    expect((await chain.readBalance(addresses.coldkey)) - before).toBe(7n * tao)
    expect(await fund(['--to', pairFromUri('//Newcomer').address])).toContain('has 1000 TAO now')
    await expect(fund(['--to', '5Nobody'])).rejects.toMatchObject({ code: 'CLI_USAGE' })
  })

  it('stake at a limit price is bought as far as the price goes, and valued at the price', async () => {
    const price = await chain.readAlphaPrice(2)
    const limit = (Number(price) * 1.0001) / 1e9
    const stake = ['wallet', 'stake', '--netuid', '2', '--amount', '100', '--limit-price', limit.toFixed(9), ...signed]
    await expect(runCommand(registerWalletChainCommands, stake)).rejects.toMatchObject({
      code: 'CHAIN_REFUSED',
      message: expect.stringMatching(/SlippageTooHigh(?! \(\))/),
    })
    const before = await chain.readBalance(addresses.coldkey)
    expect(await runCommand(registerWalletChainCommands, [...stake, '--allow-partial'])).toContain('a part of it if need be')
    const spent = Number(before - (await chain.readBalance(addresses.coldkey))) / 1e9
    // A pool of a thousand TAO goes up by a ten-thousandth with a twentieth of one.
    expect(spent).toBeGreaterThan(0.04)
    expect(spent).toBeLessThan(0.07)
    const late = ['wallet', 'stake', '--netuid', '2', '--amount', '1', '--limit-price', '0.5', ...signed]
    await expect(runCommand(registerWalletChainCommands, late)).rejects.toMatchObject({
      message: expect.stringContaining('PriceLimitExceeded'),
      hint: expect.stringContaining('change the limit'),
    })
    const lone = ['wallet', 'stake', '--netuid', '2', '--amount', '1', '--allow-partial', ...signed]
    await expect(runCommand(registerWalletChainCommands, lone)).rejects.toMatchObject({ code: 'CLI_USAGE' })
    const balance = ['wallet', 'balance', ...onChain, '--wallet.path', folder, '--wallet.name', 'owner', '--json']
    const shown: { stakedWorthRao: number; stakes: { alphaRao: number; priceRao: number; worthRao: number }[] } = JSON.parse(
      await runCommand(registerWalletChainCommands, balance),
    )
    for (const { alphaRao, priceRao, worthRao } of shown.stakes) expect(worthRao / alphaRao).toBeCloseTo(priceRao / 1e9, 6)
    expect(shown.stakedWorthRao).toBe(shown.stakes.reduce((sum, { worthRao }) => sum + worthRao, 0))
  })

  it('the price of an alpha is that of the pool, wherever it is shown', async () => {
    const price = await chain.readAlphaPrice(2)
    expect(price).toBeGreaterThan(tao)
    expect(await runCommand(registerMetagraphCommand, ['metagraph', '--netuid', '2', ...onChain])).toMatch(/an alpha costs 1\.\d+ TAO/)
    const info: { prices: { netuid: number; priceRao: number }[] } = JSON.parse(
      await runCommand(registerChainInfoCommand, ['chain', 'info', ...onChain, '--json']),
    )
    expect(info.prices.map(({ netuid }) => netuid)).toEqual([0, 1, 2])
    expect(info.prices[0]).toEqual({ netuid: 0, priceRao: Number(tao) })
    expect(info.prices[2]?.priceRao).toBe(Number(price))
  })

  it('--yes signs only where the chain was named, and --dry-run signs nothing', async () => {
    const before = await chain.readBalance(addresses.coldkey)
    const wallet = ['--wallet.path', folder, '--wallet.name', 'owner']
    const dry = await runCommand(registerWalletChainCommands, [
      'wallet',
      'stake',
      '--netuid',
      '2',
      '--amount',
      '1',
      ...onChain,
      ...wallet,
      '--dry-run',
    ])
    expect(dry).toBe('')
    const silent = runCommand(registerWalletChainCommands, ['wallet', 'stake', '--netuid', '2', '--amount', '1', ...onChain, ...wallet])
    await expect(silent).rejects.toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining('add --yes') })
    expect(await chain.readBalance(addresses.coldkey)).toBe(before)
  })

  it('what the chain refuses is said with its own name and what to do', async () => {
    const args = ['wallet', 'stake', '--netuid', '2', '--amount', '999999', ...signed]
    await expect(runCommand(registerWalletChainCommands, args)).rejects.toMatchObject({
      code: 'CHAIN_REFUSED',
      hint: expect.stringMatching(/transfer some to it/),
      details: { what: expect.stringContaining('stake 999999 TAO') },
    })
  })

  it('miner watch tells immunity, the prune line, registrations and emission, once', async () => {
    const args = ['miner', 'watch', '--netuid', '2', '--once', ...onChain, '--wallet.path', folder, '--wallet.name', 'owner']
    const report: unknown = JSON.parse(await runCommand(watch, [...args, '--json']))
    // The owner's own neuron is never pruned.
    expect(report).toMatchObject({ uid: 0, registrationsToPrune: null, registrationsPerHour: expect.any(Number), danger: false })
    expect(await runCommand(watch, args)).toMatch(
      /immunity left .*\nto the prune line {3}out of reach\nregistrations .*\nemission .* alpha a day/,
    )
    const stranger = runCommand(watch, [...args, '--hotkey-address', pairFromUri('//Nobody').address])
    await expect(stranger).rejects.toMatchObject({ code: 'MINER_NOT_REGISTERED' })
  })
})
