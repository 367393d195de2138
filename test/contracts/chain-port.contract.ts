import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import type { BlockHead, Signer } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { type KeyPair, pairFromUri } from '../../shared/identity/key-pair.ts'
import { predictEpoch } from '../support/predict-epoch.ts'
import { readStoredEpoch } from '../support/stored-epoch.ts'
import { foundSubnet, succeeded } from './prepare-subnet.ts'

/** A chain to test the port against: its address, and how to end it. //Alice must be its sudo key; she, //Bob and //Charlie must be rich. */
export interface ChainUnderTest {
  readonly endpoint: string
  stop(): Promise<void>
}

const tao = 1_000_000_000n
const included = { until: 'included' } as const

/** What every chain behind the port must do; run for each adapter and each kind of node. */
export function describeChainPort(name: string, startChain: () => Promise<ChainUnderTest>): void {
  describe(`the chain port on ${name}`, () => {
    let node: ChainUnderTest
    let chain: SubstrateChain
    let netuid = 0
    let alice: KeyPair
    /** Stakes and validates; its coldkey is //Bob. */
    let validator: KeyPair
    let bob: KeyPair
    let miner: KeyPair
    let charlie: KeyPair

    beforeAll(async () => {
      await waitForCrypto()
      node = await startChain()
      chain = await connectSubstrateChain({ endpoint: node.endpoint })
      ;[alice, bob, charlie] = [pairFromUri('//Alice'), pairFromUri('//Bob'), pairFromUri('//Charlie')]
      ;[validator, miner] = [pairFromUri('//Bob//validator'), pairFromUri('//Charlie//miner')]
      netuid = await foundSubnet(chain, alice, pairFromUri('//Alice//owner').hotkey)
    })
    afterAll(async () => {
      await chain?.close()
      await node?.stop()
    })

    it('says which chain it is', async () => {
      expect(chain.genesisHash).toBe(await chain.readBlockHash(0))
      expect(chain.specName).toBe('node-subtensor')
      expect(chain.specVersion).toBeGreaterThan(0)
      expect(chain.blockTimeMs).toBeGreaterThan(0)
    })

    it('refuses an endpoint with another genesis before anything is signed', async () => {
      const expectedGenesisHash = `0x${'00'.repeat(32)}`
      await expect(connectSubstrateChain({ endpoint: node.endpoint, expectedGenesisHash })).rejects.toMatchObject({
        code: 'CHAIN_WRONG_GENESIS',
        details: { genesisHash: chain.genesisHash },
      })
    })

    it('reads heads and hashes that agree', async () => {
      const finalised = await chain.readFinalisedHead()
      const best = await chain.readHead()
      expect(best.number).toBeGreaterThanOrEqual(finalised.number)
      expect(await chain.readBlockHash(finalised.number)).toBe(finalised.hash)
      expect(await chain.readBlockHash(best.number)).toBe(best.hash)
      expect(await chain.readBlockHash(best.number + 1_000_000)).toBeNull()
    })

    it('reports every head once and in order until it is stopped', async () => {
      const heads: BlockHead[] = []
      await new Promise<void>(resolve => {
        const stop = chain.watchHeads('best', head => {
          heads.push(head)
          if (heads.length === 3) {
            stop()
            resolve()
          }
        })
      })
      expect(heads.map(head => head.number - (heads[0]?.number ?? 0))).toEqual([0, 1, 2])
      expect(await chain.readBlockHash(heads[1]?.number ?? 0)).toBe(heads[1]?.hash)
    })

    it('transfers, and the balances move', async () => {
      const to = pairFromUri('//Somebody').address
      const before = await chain.readBalance(to)
      const outcome = succeeded(await chain.submitTransfer(alice, to, 3n * tao, included))
      expect(outcome.events.map(event => event.name)).toContain('Balances.Transfer')
      expect(await chain.readBalance(to)).toBe(before + 3n * tao)
    })

    it('follows a call until its block is final', async () => {
      const outcome = succeeded(await chain.submitTransfer(alice, pairFromUri('//Somebody').address, tao, { until: 'finalised' }))
      expect(outcome.status).toBe('finalised')
      expect((await chain.readFinalisedHead()).number).toBeGreaterThanOrEqual(outcome.block.number)
      expect(await chain.readBlockHash(outcome.block.number)).toBe(outcome.block.hash)
    })

    it('sends many calls of one key at once, and none of them takes another’s nonce', async () => {
      const to = pairFromUri('//Crowd').address
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => chain.submitTransfer(charlie, to, tao, included)))
      expect(outcomes.map(outcome => outcome.status)).toEqual(Array(8).fill('included'))
      expect(await chain.readBalance(to)).toBe(8n * tao)
    })

    it('registers hotkeys, and the metagraph shows them', async () => {
      const registered = succeeded(await chain.submitBurnedRegister(bob, netuid, validator.hotkey, included))
      succeeded(await chain.submitBurnedRegister(charlie, netuid, miner.hotkey, included))
      expect(registered.events.map(event => event.name)).toContain('SubtensorModule.NeuronRegistered')
      const metagraph = await chain.readMetagraph(netuid)
      const neuron = metagraph.neurons.find(({ hotkey }) => hotkey === validator.hotkey)
      expect(neuron).toMatchObject({ coldkey: bob.coldkey, registeredAtBlock: registered.block.number, axon: null, incentive: 0 })
      expect(metagraph.neurons.map(({ uid }) => uid)).toEqual(metagraph.neurons.map((_, index) => index))
      expect(metagraph.ownerColdkey).toBe(alice.coldkey)
      expect(metagraph.registrationCostRao).toBeGreaterThan(0n)
    })

    it('names the chain’s own error where a call fails', async () => {
      const outcome = await chain.submitBurnedRegister(bob, netuid, validator.hotkey, included)
      expect(outcome).toMatchObject({ status: 'failed', error: 'HotKeyAlreadyRegisteredInSubNet', docs: expect.any(String) })
    })

    it('serves axons over IPv4 and IPv6, and the metagraph shows them', async () => {
      succeeded(await chain.submitServeAxon(miner, netuid, { host: '127.0.0.2', port: 8091 }, included))
      succeeded(await chain.submitServeAxon(validator, netuid, { host: '2001:db8::7', port: 65_535 }, included))
      const { neurons } = await chain.readMetagraph(netuid)
      expect(neurons.find(({ hotkey }) => hotkey === miner.hotkey)?.axon).toEqual({ host: '127.0.0.2', port: 8091 })
      expect(neurons.find(({ hotkey }) => hotkey === validator.hotkey)?.axon).toEqual({ host: '2001:db8::7', port: 65_535 })
    })

    it('commits to TLS keys with an axon or without, and keeps them where the axon is served in clear again', async () => {
      const [first, second] = [{ algorithm: 7, publicHex: 'a1'.repeat(32) } as const, { algorithm: 7, publicHex: 'b2' } as const]
      const address = { host: '10.0.0.7', port: 8092, tls: true } as const
      succeeded(await chain.submitServeAxonTls(miner, netuid, address, first, included))
      succeeded(await chain.submitServeAxonTls(validator, netuid, null, second, included))
      const axonOf = async ({ hotkey }: Signer) => (await chain.readMetagraph(netuid)).neurons.find(each => each.hotkey === hotkey)?.axon
      expect([await axonOf(miner), await axonOf(validator)]).toEqual([address, null])
      const read = () => chain.readCertificates(netuid, [miner.hotkey, pairFromUri('//Stranger').hotkey, validator.hotkey])
      expect([...(await read()).values()]).toEqual([first, second])
      succeeded(await chain.submitServeAxon(miner, netuid, { host: '10.0.0.7', port: 8091 }, included))
      expect(await axonOf(miner)).toEqual({ host: '10.0.0.7', port: 8091 })
      expect((await read()).get(miner.hotkey)).toEqual(first)
    })

    it('names the pool’s reason where a call is refused before any block', async () => {
      const loopback = await chain.submitServeAxon(miner, netuid, { host: '127.0.0.1', port: 8091 }, included)
      expect(loopback).toMatchObject({ status: 'refused', error: 'InvalidIpAddress' })
      const stranger = await chain.submitServeAxon(pairFromUri('//Stranger'), netuid, { host: '10.0.0.1', port: 1 }, included)
      expect(stranger.status === 'refused' || stranger.status === 'failed').toBe(true)
    })

    it('reads the hyperparameters', async () => {
      const hyperparameters = await chain.readHyperparameters(netuid)
      expect(hyperparameters).toMatchObject({ commitRevealEnabled: false, registrationAllowed: true })
      expect(hyperparameters.tempo).toBe((await chain.readMetagraph(netuid)).tempo)
      expect(hyperparameters.all.kappa).toBe(32_767)
    })

    it('stakes, sets weights, and after an epoch the incentive follows the stored weights', async () => {
      succeeded(await chain.submitAddStake(bob, netuid, validator.hotkey, 100n * tao, included))
      const uidOf = async (pair: KeyPair) =>
        (await chain.readMetagraph(netuid)).neurons.find(({ hotkey }) => hotkey === pair.hotkey)?.uid ?? -1
      const [validatorUid, minerUid] = [await uidOf(validator), await uidOf(miner)]
      await waitForMetagraph(chain, netuid, ({ neurons }) => neurons[validatorUid]?.validatorPermit === true)
      const weights = { netuid, uids: [minerUid], values: [65_535], versionKey: 0n }
      const outcome = succeeded(await chain.submitWeights(validator, weights, included))
      expect(outcome.events.map(event => event.name)).toContain('SubtensorModule.WeightsSet')
      expect(await chain.readWeights(netuid, validatorUid, outcome.block.hash)).toEqual([[minerUid, 65_535]])
      const next = await chain.readNextEpochBlock(netuid, outcome.block.hash)
      expect(next).toBeGreaterThan(outcome.block.number)
      const after = await waitForMetagraph(chain, netuid, ({ neurons }) => (neurons[minerUid]?.incentive ?? 0) > 0)
      expect(after.block).toBeGreaterThanOrEqual(next ?? 0)
      expect(after.neurons[minerUid]).toMatchObject({ incentive: 65_535, consensus: 65_535 })
      expect(after.neurons[minerUid]?.emissionRao).toBeGreaterThan(0n)
      expect(after.neurons[validatorUid]?.dividends).toBeGreaterThan(0)
      expect(after.neurons[validatorUid]?.totalStakeRao).toBeGreaterThan(0n)
    })

    it('stores in every epoch what its inputs, as read from the block before, make of them', async () => {
      const { block, neurons, blockHash } = await chain.readMetagraph(netuid)
      const epochBlock = Number(await chain.readStorage('subtensorModule', 'lastMechansimStepBlock', [netuid], blockHash))
      expect(epochBlock).toBeGreaterThan(block - 20)
      const stored = await readStoredEpoch(chain, netuid, neurons.length, blockHash)
      expect(stored.incentive).toContain(65_535)
      expect(stored).toEqual(await predictEpoch(chain, netuid, epochBlock))
    })

    it('reads the past: a metagraph at an old block is the one of that block', async () => {
      const old = await chain.readBlockHash(
        ((await chain.readMetagraph(netuid)).neurons.find(({ hotkey }) => hotkey === miner.hotkey)?.registeredAtBlock ?? 1) - 1,
      )
      const { neurons, blockHash } = await chain.readMetagraph(netuid, old ?? '')
      expect(blockHash).toBe(old)
      expect(neurons.some(({ hotkey }) => hotkey === miner.hotkey)).toBe(false)
    })

    it('refuses weights of a hotkey that is not registered, with the reason', async () => {
      const outcome = await chain.submitWeights(pairFromUri('//Stranger'), { netuid, uids: [0], values: [1], versionKey: 0n }, included)
      expect(outcome).toMatchObject({ error: expect.stringMatching(/UidNotFound|HotKeyNotRegisteredInSubNet/) })
    })

    it('publishes what a registered hotkey commits to, in place of what it said before', async () => {
      expect(await chain.readCommitment(netuid, validator.hotkey)).toBeNull()
      const said = (...bytes: number[]) => [Uint8Array.from(Buffer.alloc(64, bytes[0])), Uint8Array.from(Buffer.alloc(32, bytes[1]))]
      const first = succeeded(await chain.submitCommitment(validator, netuid, said(1, 2), included))
      const second = succeeded(await chain.submitCommitment(validator, netuid, said(0, 65), included))
      expect(await chain.readCommitment(netuid, validator.hotkey, first.block.hash)).toEqual({
        block: first.block.number,
        fields: said(1, 2),
      })
      expect(await chain.readCommitment(netuid, validator.hotkey)).toEqual({ block: second.block.number, fields: said(0, 65) })
      const outcome = await chain.submitCommitment(pairFromUri('//Stranger'), netuid, said(1, 2), included)
      expect(outcome).toMatchObject({ error: expect.stringMatching(/AccountNotAllowedCommit/) })
    })

    it('changes a hyperparameter by sudo, and refuses the sudo of others by name', async () => {
      const spec = { pallet: 'adminUtils', call: 'sudoSetImmunityPeriod', args: [netuid, 77], sudo: true }
      succeeded(await chain.submitCall(alice, spec, included))
      expect((await chain.readHyperparameters(netuid)).immunityPeriod).toBe(77)
      expect(await chain.submitCall(bob, spec, included)).toMatchObject({ error: expect.stringMatching(/RequireSudo|BadOrigin|BadSigner/) })
    })

    it('tells the next epoch from the epoch state, stored or counted', async () => {
      const { blockHash } = await chain.readMetagraph(netuid)
      const { lastEpochBlock, tempo } = await chain.readEpochState(netuid, blockHash)
      expect(await chain.readNextEpochBlock(netuid, blockHash)).toBe(lastEpochBlock + tempo)
    })

    describe('features that only newer runtimes have', () => {
      it('lists hyperparameters by name, those included that no older client knows', async ctx => {
        const { all } = await chain.readHyperparameters(netuid)
        if (all.yuma_version === undefined || all.activity_cutoff_factor === undefined)
          ctx.skip(`${chain.specName} ${chain.specVersion} has no list of hyperparameters (get_subnet_hyperparams_v3)`)
        expect(all.activity_cutoff_factor).toBeGreaterThan(0)
      })

      it('sets the weights of a mechanism', async ctx => {
        const spec = { pallet: 'subtensorModule', call: 'setMechanismWeights', args: [netuid, 0, [0], [1], 0] }
        const outcome = await orSkip(ctx, chain.submitCall(validator, spec, included))
        expect(outcome.status === 'included' || (outcome.status === 'failed' && outcome.error === 'SettingWeightsTooFast')).toBe(true)
      })

      it('takes timelocked commits of version 4, unless they are switched off', async ctx => {
        const spec = { pallet: 'subtensorModule', call: 'commitTimelockedWeights', args: [netuid, '0x00', 1_000_000_000, 4] }
        const outcome = await orSkip(ctx, chain.submitCall(validator, spec, included))
        expect(outcome).toMatchObject({ error: 'CommitRevealDisabled' })
      })
    })

    it('says that a subnet does not exist', async () => {
      await expect(chain.readMetagraph(4_000)).rejects.toMatchObject({
        code: 'CHAIN_SUBNET_UNKNOWN',
        message: 'There is no subnet 4000 on this chain.',
      })
    })

    it('refuses what the runtime does not have', async () => {
      await expect(chain.submitCall(alice, { pallet: 'subtensorModule', call: 'doWonders', args: [] }, included)).rejects.toMatchObject({
        code: 'CHAIN_UNSUPPORTED',
      })
    })
  })
}

/** The first metagraph that fits, looked at on every new head. */
function waitForMetagraph(
  chain: SubstrateChain,
  netuid: number,
  fits: (metagraph: Awaited<ReturnType<SubstrateChain['readMetagraph']>>) => boolean,
) {
  return new Promise<Awaited<ReturnType<SubstrateChain['readMetagraph']>>>((resolve, reject) => {
    const stop = chain.watchHeads('best', head => {
      chain.readMetagraph(netuid, head.hash).then(
        metagraph => {
          if (!fits(metagraph)) return
          stop()
          resolve(metagraph)
        },
        error => {
          stop()
          reject(error)
        },
      )
    })
  })
}

/** Leaves a test out, with the client's own reason, where the runtime lacks what it is about. */
async function orSkip<T>(ctx: TestContext, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (isAssayError(error, 'CHAIN_UNSUPPORTED')) ctx.skip(error.message)
    throw error
  }
}
