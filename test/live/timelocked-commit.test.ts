import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { encryptToRound } from '../../shared/timelock/encrypt-to-round.ts'
import { encodeLegacyPayload, encodeWeightsPayload } from '../../shared/timelock/weights-payload.ts'
import { changeBySudo, foundSubnet, succeeded } from '../contracts/prepare-subnet.ts'
import { withBlocks } from './epoch-stage.ts'
import { findSubtensor, type SubtensorFiles } from './find-subtensor.ts'
import { startChopsticks } from './start-chopsticks.ts'

const round = 1000n
/** What the public beacon published for its round 1000; the runtime gets it in place of a pulse from the network. */
const signature = 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39'
const mostBlocks = 60

function describeReveal(files: SubtensorFiles): void {
  describe('a commit that we encrypted, on the real runtime', () => {
    let chain: SubstrateChain
    const ends: Array<() => Promise<void>> = []

    beforeAll(async () => {
      await waitForCrypto()
      const running = await startChopsticks(files, 'manual')
      ends.unshift(() => running.stop())
      chain = await connectSubstrateChain({ endpoint: running.endpoint, timeoutMs: 60_000, stallMs: 3_600_000 })
      ends.unshift(() => chain.close())
    })
    afterAll(async () => {
      for (const end of ends) await end()
    })

    it('is opened by the beacon’s signature alone, and its weights are set', async () => {
      const alice = pairFromUri('//Alice')
      const netuid = await withBlocks(chain, foundSubnet(chain, alice, alice.hotkey))
      await withBlocks(chain, changeBySudo(chain, alice, ['sudoSetCommitRevealWeightsEnabled', netuid, true]))
      const randomness = createHash('sha256').update(Buffer.from(signature, 'hex')).digest('hex')
      await chain.callRpc('dev_setStorage', [
        { Drand: { Pulses: [[[1000], { round: 1000, randomness: `0x${randomness}`, signature: `0x${signature}` }]] } },
      ])
      const weights = { uids: [0], values: [9], versionKey: 0n }
      const { publicKey } = await chain.readBeacon()
      // Runtimes before commit-reveal version 4 read a payload without the hotkey.
      const message = chain.specVersion < 400 ? encodeLegacyPayload(weights) : encodeWeightsPayload({ hotkey: alice.publicKey, ...weights })
      const commit = encryptToRound({ message, round, beaconPublicKey: publicKey, random: randomBytes })
      const sent = chain.submitTimelockedCommit(alice, { netuid, commit, revealRound: round, version: 4 }, { until: 'included' })
      succeeded(await withBlocks(chain, sent))
      const readWeights = () => chain.readStorage('subtensorModule', 'weights', [netuid, 0])
      for (let made = 0; made < mostBlocks && JSON.stringify(await readWeights()) === '[]'; made += 1)
        await chain.callRpc('dev_newBlock', [{ count: 1 }])
      expect(await readWeights()).toEqual([[0, 65_535]])
    })
  })
}

const files = findSubtensor()
if (typeof files === 'string') describe.skip('a commit that we encrypted, on the real runtime', () => void it(files, () => undefined))
else describeReveal(files)
