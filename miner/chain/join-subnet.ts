import type { Metagraph, Signer } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { MinerChain } from './miner-chain.ts'

export interface JoinOptions {
  readonly chain: Pick<MinerChain, 'readMetagraph' | 'submitBurnedRegister'>
  readonly netuid: number
  readonly hotkey: string
  /** Opens the coldkey that pays, where the operator allowed registering. */
  readonly openColdkey: (() => Promise<Signer>) | null
  readonly signal: AbortSignal
}

/** Makes sure that the hotkey is registered and returns a metagraph that shows it. Throws MINER_NOT_REGISTERED and MINER_REGISTER. */
export async function joinSubnet({ chain, netuid, hotkey, openColdkey, signal }: JoinOptions): Promise<Metagraph> {
  const before = await chain.readMetagraph(netuid, undefined, signal)
  if (hasHotkey(before, hotkey)) return before
  if (openColdkey === null) throw new AssayError('MINER_NOT_REGISTERED', { hotkey, netuid })
  const coldkey = await openColdkey()
  const outcome = await chain.submitBurnedRegister(coldkey, netuid, hotkey, { until: 'included', signal })
  if (outcome.status === 'failed' || outcome.status === 'refused')
    throw new AssayError('MINER_REGISTER', { hotkey, netuid, coldkey: coldkey.hotkey, error: outcome.error, docs: outcome.docs })
  const after = await chain.readMetagraph(netuid, undefined, signal)
  if (!hasHotkey(after, hotkey)) throw new AssayError('MINER_NOT_REGISTERED', { hotkey, netuid })
  return after
}

/** Says whether a metagraph shows a hotkey. */
export function hasHotkey({ neurons }: Metagraph, hotkey: string): boolean {
  return neurons.some(neuron => neuron.hotkey === hotkey)
}
