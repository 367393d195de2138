import type { MinerChain } from '../../miner/chain/miner-chain.ts'
import type { AxonAddress, Metagraph, Neuron } from '../../shared/chain/chain-port.ts'
import type { NeuronCertificate } from '../../shared/chain/neuron-certificate.ts'
import { parseColdkey, parseHotkey } from '../../shared/identity/ss58.ts'

export interface FakeMinerChain extends MinerChain {
  /** What the chain holds; change it between reads. */
  neurons: Neuron[]
  /** Every address that was served, in order. */
  readonly served: AxonAddress[]
  /** TLS keys by hotkey; change it between reads. */
  readonly certificates: Map<string, NeuronCertificate>
  /** Hotkeys that were registered, in order. */
  readonly registered: string[]
  /** The epoch; change it between reads. */
  epoch: number
  /** The name of the error that the next submissions meet. */
  refuseWith: string | null
}

/** A neuron with nothing but a place, changed as told. */
export function neuron(uid: number, hotkey: string, changes: Partial<Neuron> = {}): Neuron {
  return {
    uid,
    hotkey: parseHotkey(hotkey),
    coldkey: parseColdkey(hotkey),
    registeredAtBlock: 1,
    axon: null,
    active: true,
    validatorPermit: false,
    lastUpdateBlock: 1,
    incentive: 0,
    dividends: 0,
    consensus: 0,
    emissionRao: 0n,
    alphaStakeRao: 0n,
    taoStakeRao: 0n,
    totalStakeRao: 0n,
    ...changes,
  }
}

/** The few reads and calls of a chain that a miner needs, in memory: blocks of no length, every submission included at once. */
export function fakeMinerChain(neurons: Neuron[]): FakeMinerChain {
  const block = { number: 7, hash: `0x${'07'.repeat(32)}` }
  const settle = (change: () => void) => {
    if (chain.refuseWith !== null) return { status: 'refused', error: chain.refuseWith, docs: '' } as const
    change()
    return { status: 'included', block, extrinsicHash: block.hash, events: [] } as const
  }
  const change = (hotkey: string, changes: Partial<Neuron>) => {
    chain.neurons = chain.neurons.map(known => (known.hotkey === hotkey ? { ...known, ...changes } : known))
  }
  const chain: FakeMinerChain = {
    genesisHash: `0x${'01'.repeat(32)}`,
    specName: 'fake',
    neurons,
    served: [],
    certificates: new Map(),
    registered: [],
    epoch: 0,
    refuseWith: null,
    readMetagraph: async (netuid): Promise<Metagraph> => {
      const owner = parseHotkey('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
      const keys = { ownerHotkey: owner, ownerColdkey: parseColdkey(owner) }
      return { netuid, block: 7, blockHash: block.hash, tempo: 10, ...keys, registrationCostRao: 1n, neurons: chain.neurons }
    },
    readEpochState: async () => ({
      ...{ block: 7, tempo: 10, lastEpochBlock: 0, pendingEpochAt: 0, subnetEpochIndex: chain.epoch, blocksSinceLastStep: 7 },
      ...{ commitRevealVersion: null, revealPeriodEpochs: 1, adminFreezeWindow: null },
    }),
    submitBurnedRegister: async (_coldkey, _netuid, hotkey) =>
      settle(() => {
        chain.registered.push(hotkey)
        chain.neurons = [...chain.neurons, neuron(chain.neurons.length, hotkey)]
      }),
    submitServeAxon: async (hotkey, _netuid, address) =>
      settle(() => {
        chain.served.push(address)
        change(hotkey.hotkey, { axon: address })
      }),
    submitServeAxonTls: async (hotkey, _netuid, address, certificate) =>
      settle(() => {
        if (address !== null) chain.served.push(address)
        chain.certificates.set(hotkey.hotkey, certificate)
        change(hotkey.hotkey, { axon: address })
      }),
    readCertificates: async (_netuid, hotkeys) => new Map([...chain.certificates].filter(([hotkey]) => hotkeys.includes(hotkey))),
    close: async () => {},
  }
  return chain
}
