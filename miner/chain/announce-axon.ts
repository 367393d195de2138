import type { AxonAddress, Metagraph, Signer } from '../../shared/chain/chain-port.ts'
import { ed25519Algorithm } from '../../shared/chain/neuron-certificate.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { MinerChain } from './miner-chain.ts'

export interface TlsAnnouncement {
  readonly ownHex: string
  readonly committedHex: string | null
}

export interface AnnounceOptions {
  readonly chain: Pick<MinerChain, 'submitServeAxon' | 'submitServeAxonTls'>
  readonly netuid: number
  readonly hotkey: Signer
  readonly address: AxonAddress
  /** Our TLS key, where the address speaks TLS, and the one that the chain holds. */
  readonly tls?: TlsAnnouncement
  readonly signal: AbortSignal
}

/**
 * Puts the miner's address, and its TLS key where it has one, on chain where that shows others; false where the chain said to try again later.
 * Throws MINER_AXON where it never will.
 */
export async function announceAxon(metagraph: Metagraph, options: AnnounceOptions): Promise<boolean> {
  const { chain, netuid, hotkey, address, tls, signal } = options
  const neuron = metagraph.neurons.find(({ hotkey: known }) => known === hotkey.hotkey)
  // After a pruning there is nothing to announce; serve calls are free but limited in number.
  if (neuron === undefined || (isSame(neuron.axon, address) && tls?.ownHex === tls?.committedHex)) return true
  const until = { until: 'included', signal } as const
  const outcome =
    tls === undefined
      ? await chain.submitServeAxon(hotkey, netuid, address, until)
      : await chain.submitServeAxonTls(hotkey, netuid, address, { algorithm: ed25519Algorithm, publicHex: tls.ownHex }, until)
  if (outcome.status !== 'failed' && outcome.status !== 'refused') return true
  if (/^(Serving)?RateLimit/.test(outcome.error)) return false
  throw new AssayError('MINER_AXON', { ...address, error: outcome.error, docs: outcome.docs })
}

function isSame(shown: AxonAddress | null, { host, port, tls }: AxonAddress): boolean {
  return shown?.host === host && shown.port === port && shown.tls === tls
}
