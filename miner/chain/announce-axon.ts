import type { AxonAddress, Metagraph, Signer } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { MinerChain } from './miner-chain.ts'

export interface AnnounceOptions {
  readonly chain: Pick<MinerChain, 'submitServeAxon'>
  readonly netuid: number
  readonly hotkey: Signer
  readonly address: AxonAddress
  readonly signal: AbortSignal
}

/**
 * Puts the miner's address on chain where the metagraph shows another one; false where the chain said to try again later.
 * Throws MINER_AXON where it never will.
 */
export async function announceAxon(metagraph: Metagraph, options: AnnounceOptions): Promise<boolean> {
  const { chain, netuid, hotkey, address, signal } = options
  const neuron = metagraph.neurons.find(({ hotkey: known }) => known === hotkey.hotkey)
  // After a pruning there is nothing to announce; serve calls are free but limited in number.
  if (neuron === undefined || (neuron.axon?.host === address.host && neuron.axon.port === address.port)) return true
  const outcome = await chain.submitServeAxon(hotkey, netuid, address, { until: 'included', signal })
  if (outcome.status !== 'failed' && outcome.status !== 'refused') return true
  if (/^(Serving)?RateLimit/.test(outcome.error)) return false
  throw new AssayError('MINER_AXON', { ...address, error: outcome.error, docs: outcome.docs })
}
