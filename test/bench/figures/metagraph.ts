import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { crowdedNetuid, startCrowdedChain } from '../../support/crowded-subnet.ts'
import type { Figure } from '../figure.ts'
import { cpuOf, intervalOf, measureRatio } from '../measure-ratio.ts'

const neurons = 256
const rounds = 9
/** What a program must know of each neuron; every one is a storage item of its own where it is not read at once. */
const perNeuron = (netuid: number, uid: number, hotkey: string): ReadonlyArray<readonly [item: string, args: readonly unknown[]]> => [
  ['keys', [netuid, uid]],
  ['blockAtRegistration', [netuid, uid]],
  ['axons', [netuid, hotkey]],
  ['owner', [hotkey]],
  ['totalHotkeyAlpha', [hotkey, netuid]],
]

/** CPU of one metagraph of 256 neurons in one call, and over that of the same read neuron by neuron; the node's own share is in both. */
export async function measure(): Promise<Figure[]> {
  await waitForCrypto()
  const node = await startCrowdedChain(neurons)
  const chain = await connectSubstrateChain({ endpoint: node.url })
  try {
    const whole = () => chain.readMetagraph(crowdedNetuid)
    const { neurons: list } = await whole()
    if (list.length !== neurons) throw new Error(`the subnet has ${list.length} neurons, so the times say nothing`)
    const piecemeal = async () => {
      for (const { uid, hotkey } of list)
        await Promise.all(perNeuron(crowdedNetuid, uid, hotkey).map(([item, args]) => chain.readStorage('subtensorModule', item, args)))
    }
    const times: number[] = []
    for (let round = 0; round < rounds + 2; round++) {
      const microseconds = await cpuOf(whole, 1)
      if (round >= 2) times.push(microseconds / 1_000)
    }
    const over = await measureRatio(piecemeal, whole, { rounds })
    return [
      { name: 'metagraph-256-ms', ...intervalOf(times), unit: 'ms of CPU', note: '256 neurons in one call, client and node together' },
      { name: 'metagraph-over-per-neuron', ...over, unit: 'ratio', note: 'one call over five storage reads for each of 256 neurons' },
    ]
  } finally {
    await chain.close()
    await node.stop()
  }
}
