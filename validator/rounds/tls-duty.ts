import type { ChainPort, Metagraph, Signer } from '../../shared/chain/chain-port.ts'
import { ed25519Algorithm, pinnedKeyOf } from '../../shared/chain/neuron-certificate.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'

/** The TLS keys of miners, and our own on the chain. */
export interface TlsDuty {
  /** The keys of the miners whose addresses speak TLS, by hotkey; commits to our own where there are such miners and the chain holds another. */
  readKeys(metagraph: Metagraph, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Whether the chain has held our key for so long that miners know it. */
  isReady(): boolean
  /** Waits for a commitment under way. */
  stop(): Promise<void>
}

export interface TlsDutyParts {
  readonly chain: Pick<ChainPort, 'readCertificates' | 'submitServeAxonTls'>
  readonly signer: Signer
  readonly netuid: number
  /** Our TLS key. */
  readonly publicHex: string
  readonly headNumber: () => number
  readonly log: Logger
}

/** Miners read the chain once a block or so. */
const readyAfterBlocks = 5

/** Builds the duty; where no miner speaks TLS it costs nothing and commits to nothing. */
export function buildTlsDuty({ chain, signer, netuid, publicHex, headNumber, log }: TlsDutyParts): TlsDuty {
  const stopping = new AbortController()
  let seenAtBlock: number | null = null
  let committing: Promise<void> | null = null

  const commit = async (metagraph: Metagraph) => {
    // An axon that our hotkey serves stays as it is; a validator mostly serves none.
    const axon = metagraph.neurons.find(({ hotkey }) => hotkey === signer.hotkey)?.axon ?? null
    const certificate = { algorithm: ed25519Algorithm, publicHex }
    try {
      const options = { until: 'included', signal: stopping.signal } as const
      const outcome = await chain.submitServeAxonTls(signer, netuid, axon, certificate, options)
      if (outcome.status === 'failed' || outcome.status === 'refused') log.warn({ error: outcome.error }, 'our TLS key is not on chain yet')
      else {
        seenAtBlock = outcome.block.number
        log.info({ block: seenAtBlock }, 'committed to our TLS key')
      }
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ error: String(error) }, 'our TLS key is not on chain yet')
    }
  }
  return {
    async readKeys(metagraph, signal) {
      const hotkeys = metagraph.neurons.filter(({ axon }) => axon?.tls === true).map(({ hotkey }) => hotkey)
      if (hotkeys.length === 0) return new Map()
      const certificates = await chain.readCertificates(netuid, [...hotkeys, signer.hotkey], metagraph.blockHash, signal)
      if (pinnedKeyOf(certificates.get(signer.hotkey)) === publicHex) seenAtBlock ??= metagraph.block
      else {
        seenAtBlock = null
        // In the background: the round need not wait for a block.
        committing ??= commit(metagraph).finally(() => {
          committing = null
        })
      }
      return new Map(
        hotkeys.flatMap(hotkey => {
          const key = pinnedKeyOf(certificates.get(hotkey))
          return key === null ? [] : [[hotkey, key] as const]
        }),
      )
    },
    isReady: () => seenAtBlock !== null && headNumber() >= seenAtBlock + readyAfterBlocks,
    async stop() {
      stopping.abort()
      await committing
    },
  }
}
