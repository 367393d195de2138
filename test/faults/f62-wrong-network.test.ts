import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { signingOptions } from '../../shared/chain/commands/command-options.ts'
import { signCommand } from '../../shared/chain/commands/sign-command.ts'
import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { networks, resolveNetwork } from '../../shared/chain/resolve-network.ts'
import { startChain } from '../../shared/devchain/start-chain.ts'
import { createColdkey, createHotkey } from '../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { startFakeRpcServer } from '../support/fake-rpc-server.ts'

const cleanups: (() => Promise<void>)[] = []
beforeAll(() => waitForCrypto())
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe('F62: the wrong network or subnet', () => {
  it('a key of one chain never signs on another: two real chains with different genesis', async () => {
    const [one, other] = await Promise.all(
      [0, 1].map(day => startChain({ preset: 'fast', mode: 'manual', port: 0, genesis: { timestampMs: 1_700_000_000_000 + day } })),
    )
    for (const chain of [one, other]) cleanups.push(async () => chain?.stop())
    const connection = await connectSubstrateChain({ endpoint: one?.url ?? '' })
    cleanups.push(() => connection.close())
    const refused = connectSubstrateChain({ endpoint: other?.url ?? '', expectedGenesisHash: connection.genesisHash })
    await expect(refused).rejects.toMatchObject({
      code: 'CHAIN_WRONG_GENESIS',
      message: expect.stringContaining(`its genesis is ${other?.genesisHash}, expected ${connection.genesisHash}. Nothing was signed.`),
    })
  })

  it('a connection that comes back to another chain at the same address is closed with the reason', async () => {
    const one = await startChain({ preset: 'fast', mode: 'manual', port: 0 })
    const chain = await connectSubstrateChain({ endpoint: one.url })
    cleanups.push(() => chain.close())
    await one.stop()
    const other = await startChain({ preset: 'fast', mode: 'manual', port: one.port, genesis: { timestampMs: 1 } })
    cleanups.push(() => other.stop())
    await vi.waitUntil(
      () =>
        chain.readHead().then(
          () => null,
          error => error.code === 'CHAIN_WRONG_GENESIS',
        ),
      { timeout: 20_000 },
    )
  })

  it('nothing but the question for the genesis reaches a chain that is refused', async () => {
    const server = await startFakeRpcServer({ chain_getBlockHash: `0x${'22'.repeat(32)}` })
    cleanups.push(() => server.close())
    await expect(connectSubstrateChain({ endpoint: server.endpoint, expectedGenesisHash: `0x${'33'.repeat(32)}` })).rejects.toMatchObject({
      code: 'CHAIN_WRONG_GENESIS',
    })
    expect(server.calls).toEqual([{ method: 'chain_getBlockHash', params: [0] }])
  })

  it('the networks of the field bring their genesis along, by name and by address', () => {
    const finney = networks.finney?.genesisHash
    expect(finney).toMatch(/^0x2f0555cc[0-9a-f]{56}$/)
    expect(resolveNetwork('finney').genesisHash).toBe(finney)
    expect(resolveNetwork('wss://entrypoint-finney.opentensor.ai').genesisHash).toBe(finney)
    expect(resolveNetwork('test').genesisHash).not.toBe(finney)
    expect(resolveNetwork('ws://127.0.0.1:1234')).toEqual({ endpoint: 'ws://127.0.0.1:1234' })
  })

  it.each(['finny', 'http://127.0.0.1:9944', '127.0.0.1:9944', '', '__proto__'])(
    'the endpoint %j is refused with the names that there are',
    endpoint => {
      expect(() => resolveNetwork(endpoint)).toThrowError(
        expect.objectContaining({ code: 'CHAIN_ENDPOINT', message: expect.stringContaining('finney, archive') }),
      )
    },
  )

  it('--yes does not stand for a chain that nobody named, and without it somebody must be there to confirm what is shown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-f62-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    const node = await startChain({ preset: 'fast', mode: 'manual', port: 0 })
    cleanups.push(() => node.stop())
    await createColdkey({ path: folder, name: 'me' }, { password: null })
    await createHotkey({ path: folder, name: 'me' })
    const chain = await connectSubstrateChain({ endpoint: node.url })
    cleanups.push(() => chain.close())
    const none = async (): Promise<never> => {
      throw new Error('it was signed')
    }
    const settings = (flags: Record<string, unknown>) =>
      loadSettings(signingOptions, { flags: { walletPath: folder, walletName: 'me', ...flags } })
    await expect(signCommand(chain, settings({ yes: true }), 'stake 5', none)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: expect.stringContaining('name the chain too'),
    })
    await expect(signCommand(chain, settings({ chainEndpoint: node.url }), 'stake 5', none)).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: expect.stringContaining('Nobody can be asked whether to stake 5'),
    })
    await expect(signCommand(chain, settings({ yes: true, chainEndpoint: node.url }), 'stake 5', none)).rejects.toThrow('it was signed')
  })

  it('a netuid that does not exist on this chain is an error of the operator, with what to check', async () => {
    const running = await startChain({ preset: 'fast', mode: 'manual', port: 0 })
    cleanups.push(() => running.stop())
    const chain = await connectSubstrateChain({ endpoint: running.url })
    cleanups.push(() => chain.close())
    for (const read of [() => chain.readMetagraph(999), () => chain.readHyperparameters(999)]) {
      await expect(read()).rejects.toMatchObject({ code: 'CHAIN_SUBNET_UNKNOWN', hint: 'Check --netuid and --subtensor.network.' })
    }
  })
})
