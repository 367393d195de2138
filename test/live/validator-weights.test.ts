import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { devBeaconConfig, devBeaconSignature } from '../../shared/devchain/pallets/drand/dev-beacon.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { type KeyPair, pairFromUri } from '../../shared/identity/key-pair.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { quicknet } from '../../shared/timelock/quicknet.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter, type WeightSetter } from '../../validator/rounds/weight-setter.ts'
import { readLiveIntents } from '../../validator/storage/intent-table.ts'
import { openStore, type Store } from '../../validator/storage/open-store.ts'
import type { Intent } from '../../validator/weights/intent.ts'
import { changeBySudo, foundSubnet, succeeded } from '../contracts/prepare-subnet.ts'
import { withBlocks } from './epoch-stage.ts'
import { findSubtensor, type SubtensorFiles } from './find-subtensor.ts'
import { startChopsticks } from './start-chopsticks.ts'

const included = { until: 'included' } as const
const title = 'the validator’s own plan and submissions, on the real runtime'
const tempo = 20
const pauseMs = 50

function describeWeights(files: SubtensorFiles): void {
  describe(title, () => {
    let chain: SubstrateChain
    let netuid: number
    let owner: KeyPair
    let store: Store
    let setter: WeightSetter
    let scores: ReadonlyMap<string, number>
    const ends: Array<() => Promise<void> | void> = []

    beforeAll(async () => {
      await waitForCrypto()
      const running = await startChopsticks(files, 'manual')
      ends.unshift(() => running.stop())
      chain = await connectSubstrateChain({ endpoint: running.endpoint, timeoutMs: 60_000, stallMs: 3_600_000 })
      ends.unshift(() => chain.close())
      const [alice, bob] = [pairFromUri('//Alice'), pairFromUri('//Bob')]
      owner = pairFromUri('//Alice//owner')
      netuid = await withBlocks(chain, foundSubnet(chain, alice, owner.hotkey))
      await withBlocks(chain, changeBySudo(chain, alice, ['sudoSetTempo', netuid, tempo]))
      for (const name of ['One', 'Two']) {
        const { hotkey } = pairFromUri(`//Bob//${name}`)
        succeeded(await withBlocks(chain, chain.submitBurnedRegister(bob, netuid, hotkey, included)))
      }
      // This runtime has no exemption for the owner's hotkey: what an epoch would give to a stake is written here.
      await chain.callRpc('dev_setStorage', [{ SubtensorModule: { ValidatorPermit: [[[netuid], [true, false, false]]] } }])
      const { neurons } = await chain.readMetagraph(netuid)
      scores = new Map(neurons.slice(1).map((neuron, index) => [minerKey(neuron), 3 - index]))
      const folder = mkdtempSync(join(tmpdir(), 'assay-live-'))
      store = openStore(folder)
      ends.unshift(() => {
        store.close()
        rmSync(folder, { recursive: true, force: true })
      })
      setter = openSetter('timelocked')
    })
    afterAll(async () => {
      for (const end of ends) await end()
    })

    const openSetter = (commitForm: 'timelocked' | 'hash') =>
      buildWeightSetter({
        ...{ chain, signer: owner, netuid, store, log: createLogger('live', 'silent') },
        settings: { commitForm, lastResort: 'nothing', weightsVersion: null, release: 'live' },
      })
    /** One look of the validator at the present head; what it sends finds its block, and then there is one more. */
    const look = async () => {
      let looking = true
      const work = setter.submitIfDue({ round: 1, scores, state: emptyScoring }, new AbortController().signal).finally(() => {
        looking = false
      })
      while (looking) {
        const pending = await chain.callRpc('author_pendingExtrinsics', [])
        if (Array.isArray(pending) && pending.length > 0) await chain.callRpc('dev_newBlock', [{ count: 1 }])
        await new Promise(resolve => setTimeout(resolve, pauseMs))
      }
      await work
      await chain.callRpc('dev_newBlock', [{ count: 1 }])
    }
    const intents = async () => readLiveIntents(store, (await chain.readHead()).number)
    const walk = async (blocks: number, afterLook: () => Promise<void> = async () => undefined) => {
      const { number } = await chain.readHead()
      while ((await chain.readHead()).number < number + blocks) {
        await look()
        await afterLook()
      }
    }

    it('set weights in the open in the window before every epoch', async () => {
      const first = await chain.readEpochState(netuid)
      await walk(3 * first.tempo)
      const last = await chain.readEpochState(netuid)
      const set = (await intents()).filter(({ status }) => status === 'finalised')
      expect(last.subnetEpochIndex - first.subnetEpochIndex).toBe(3)
      expect(new Set(set.map(({ epoch }) => epoch)).size).toBeGreaterThanOrEqual(3)
      expect(await chain.readWeights(netuid, 0)).toEqual([
        [1, 65_535],
        [2, 43_690],
      ])
      expect(setter.status().missedTempos).toBe(0)
      // The chain's own mark of the last epoch is where the count says that it was.
      const steps = await chain.readStorage('subtensorModule', 'lastMechansimStepBlock', [netuid])
      expect(steps).toBe(last.lastEpochBlock)
    })

    it('commit timelocked weights, which the chain opens in time', async () => {
      const alice = pairFromUri('//Alice')
      const { public_key, scheme_id, hash, group_hash } = devBeaconConfig(quicknet.genesisSec, quicknet.periodSec)
      const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
      const beacon = {
        ...{ publicKey: hex(public_key), period: quicknet.periodSec, genesisTime: quicknet.genesisSec, schemeId: hex(scheme_id) },
        ...{ hash: hex(hash), groupHash: hex(group_hash), metadata: { beaconId: hex(Buffer.from('development')) } },
      }
      await chain.callRpc('dev_setStorage', [{ Drand: { BeaconConfig: beacon } }])
      await withBlocks(chain, changeBySudo(chain, alice, ['sudoSetCommitRevealWeightsEnabled', netuid, true]))
      scores = new Map([...scores].map(([key, score]) => [key, 4 - score]))
      const committed = async () => (await intents()).filter(({ form }) => form === 'timelocked')
      const published = new Set<bigint>()
      const publish = async () => {
        for (const { revealRound } of await committed()) {
          if (revealRound === null || published.has(revealRound)) continue
          published.add(revealRound)
          const signature = devBeaconSignature(revealRound)
          const randomness = createHash('sha256').update(signature).digest()
          const pulse = { round: Number(revealRound), randomness: hex(randomness), signature: hex(signature) }
          await chain.callRpc('dev_setStorage', [{ Drand: { Pulses: [[[Number(revealRound)], pulse]] } }])
        }
      }
      const { tempo: period } = await chain.readEpochState(netuid)
      await walk(3 * period, publish)
      const revealed = (await committed()).filter(({ status }: Intent) => status === 'revealed')
      expect(revealed.length).toBeGreaterThanOrEqual(2)
      expect((await committed()).filter(({ status }) => status === 'expired' || status === 'lost' || status === 'refused')).toEqual([])
      expect(await chain.readWeights(netuid, 0)).toEqual([
        [1, 32_768],
        [2, 65_535],
      ])
      expect(setter.status().missedTempos).toBe(0)
    })

    it('commit by hash, and reveal in the one epoch that the chain takes it in', async () => {
      const first = await chain.readEpochState(netuid)
      setter = openSetter('hash')
      scores = new Map([...scores].map(([key, score]) => [key, 4 - score]))
      await walk(4 * first.tempo)
      const committed = (await intents()).filter(({ form }) => form === 'hash')
      expect(committed.filter(({ status }) => status === 'revealed').length).toBeGreaterThanOrEqual(2)
      expect(committed.filter(({ status }) => status === 'expired')).toEqual([])
      expect(await chain.readWeights(netuid, 0)).toEqual([
        [1, 65_535],
        [2, 43_690],
      ])
      expect(setter.status().missedTempos).toBe(0)
    })
  })
}

const files = findSubtensor()
if (typeof files === 'string') describe.skip(title, () => void it(files, () => undefined))
else describeWeights(files)
