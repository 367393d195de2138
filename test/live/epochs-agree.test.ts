import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { startChain } from '../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import type { StoredEpoch } from '../support/stored-epoch.ts'
import { drawEpochs, neuronCount } from './draw-epochs.ts'
import { type EpochRules, foundStage, runPinnedEpoch, type Stage, setWeights } from './epoch-stage.ts'
import { findSubtensor, type SubtensorFiles } from './find-subtensor.ts'
import { startChopsticks } from './start-chopsticks.ts'

const epochCount = 8
const rules: readonly EpochRules[] = [
  { name: 'Yuma 2', yuma3: false, liquidAlpha: false, bondsPenalty: 65_535 },
  { name: 'Yuma 3', yuma3: true, liquidAlpha: false, bondsPenalty: 32_768 },
  { name: 'Yuma 3 with liquid alpha', yuma3: true, liquidAlpha: true, bondsPenalty: 65_535 },
]

/** Every u16 that an epoch stored, under the name of its place. */
function flatten(stored: StoredEpoch): Map<string, number> {
  const values = new Map<string, number>()
  for (const field of ['stakeWeight', 'consensus', 'incentive', 'dividends', 'validatorTrust'] as const)
    for (const [uid, value] of stored[field].entries()) values.set(`${field} of ${uid}`, value)
  for (const [uid, row] of stored.bonds.entries()) for (const [to, value] of row) values.set(`bond of ${uid} in ${to}`, value)
  return values
}

function differences(ours: StoredEpoch, theirs: StoredEpoch): string[] {
  const [left, right] = [flatten(ours), flatten(theirs)]
  const places = new Set([...left.keys(), ...right.keys()])
  return [...places].flatMap(place => (left.get(place) === right.get(place) ? [] : [`${place}: ${left.get(place)}, ${right.get(place)}`]))
}

function describeAgreement(files: SubtensorFiles): void {
  describe('the epochs of the embedded chain and of the real runtime', () => {
    let embedded: Stage
    let real: Stage
    const ends: Array<() => Promise<void>> = []

    beforeAll(async () => {
      await waitForCrypto()
      const ours = await startChain({ preset: 'fast', mode: 'manual', port: 0 })
      ends.unshift(() => ours.stop())
      // High enough that who was idle since block 1 counts as inactive.
      ours.newBlock(200)
      const theirs = await startChopsticks(files, 'manual')
      ends.unshift(() => theirs.stop())
      const stageOf = async (endpoint: string, tempo: number): Promise<Stage> => {
        // Blocks come when the test makes them: a long silence is no fault of the node.
        const chain = await connectSubstrateChain({ endpoint, timeoutMs: 60_000, stallMs: 3_600_000 })
        ends.unshift(() => chain.close())
        return { chain, tempo }
      }
      embedded = await stageOf(ours.url, 3)
      real = await stageOf(theirs.endpoint, 2)
    })
    afterAll(async () => {
      for (const end of ends) await end()
    })

    it.each(rules)(`leave the same in storage, over ${epochCount} epochs of $name`, async rule => {
      const hotkeys = Array.from({ length: neuronCount }, (_, uid) => pairFromUri(`//${rule.name.replaceAll(' ', '')}//${uid}`))
      const epochs = drawEpochs(rules.indexOf(rule) + 1, epochCount)
      const play = async (stage: Stage): Promise<StoredEpoch[]> => {
        const netuid = await foundStage(stage, rule, hotkeys)
        const { neurons } = await stage.chain.readMetagraph(netuid)
        expect(neurons.map(({ hotkey }) => hotkey)).toEqual(hotkeys.map(({ hotkey }) => hotkey))
        const stored: StoredEpoch[] = []
        for (const [index, epoch] of epochs.entries()) {
          // The epoch before the first gives the validators their permits.
          if (index === 0) await runPinnedEpoch(stage, netuid, epoch, hotkeys)
          await setWeights(stage, netuid, epoch, hotkeys)
          stored.push(await runPinnedEpoch(stage, netuid, epoch, hotkeys))
        }
        return stored
      }
      const [ours, theirs] = [await play(embedded), await play(real)]
      const found = ours.map((epoch, index) => differences(epoch, theirs[index] ?? epoch))
      const compared = theirs.reduce((count, epoch) => count + flatten(epoch).size, 0)
      console.log(`${rule.name}: ${theirs.length} epochs, ${compared} values compared, ${found.flat().length} differences`)
      expect(found).toEqual(Array(epochCount).fill([]))
      // Agreement on nothing would be none.
      for (const { incentive, bonds } of theirs) {
        expect(incentive.filter(value => value > 0).length).toBeGreaterThan(5)
        expect(bonds.flat().filter(([, value]) => value > 0).length).toBeGreaterThan(20)
      }
      expect(new Set(theirs.map(epoch => JSON.stringify(epoch))).size).toBe(epochCount)
    })
  })
}

const files = findSubtensor()
if (typeof files === 'string') describe.skip('the epochs of both chains', () => void it(files, () => undefined))
else describeAgreement(files)
