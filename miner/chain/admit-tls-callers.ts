import type { Metagraph } from '../../shared/chain/chain-port.ts'
import { pinnedKeyOf } from '../../shared/chain/neuron-certificate.ts'
import type { TlsDoor } from '../http/open-tls-door.ts'
import type { TlsAnnouncement } from './announce-axon.ts'
import type { MinerChain } from './miner-chain.ts'

export interface TlsCallersOptions {
  readonly chain: Pick<MinerChain, 'readCertificates'>
  readonly netuid: number
  /** Our own hotkey and TLS key. */
  readonly hotkey: string
  readonly ownHex: string
  /** Whether a hotkey may call at all. */
  admits(hotkey: string): boolean
  readonly door: Pick<TlsDoor, 'admit'>
}

/** Lets in the keys that admitted callers have committed to, at the metagraph's block, and says which key of ours the chain holds there. */
export async function admitTlsCallers(metagraph: Metagraph, options: TlsCallersOptions, signal: AbortSignal): Promise<TlsAnnouncement> {
  const { chain, netuid, hotkey, ownHex, admits, door } = options
  const callers = metagraph.neurons.map(neuron => neuron.hotkey).filter(admits)
  const certificates = await chain.readCertificates(netuid, [...callers, hotkey], metagraph.blockHash, signal)
  const keys = callers.flatMap(caller => pinnedKeyOf(certificates.get(caller)) ?? [])
  door.admit(new Set(keys))
  return { ownHex, committedHex: pinnedKeyOf(certificates.get(hotkey)) }
}
