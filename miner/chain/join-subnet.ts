import type { Metagraph, Signer } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { formatAmount } from '../../shared/util/format-amount.ts'
import type { MinerChain } from './miner-chain.ts'

export interface JoinOptions {
  readonly chain: Pick<MinerChain, 'readMetagraph' | 'submitBurnedRegister'>
  readonly netuid: number
  readonly hotkey: string
  /** Opens the coldkey that pays, where the operator allowed registering. */
  readonly openColdkey: (() => Promise<Signer>) | null
  /** Told what is paid, and what came of it. */
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/** Makes sure that the hotkey is registered and returns a metagraph that shows it. Throws MINER_NOT_REGISTERED and MINER_REGISTER. */
export async function joinSubnet({ chain, netuid, hotkey, openColdkey, say, signal }: JoinOptions): Promise<Metagraph> {
  const before = await chain.readMetagraph(netuid, undefined, signal)
  if (hasHotkey(before, hotkey)) return before
  if (openColdkey === null) throw new AssayError('MINER_NOT_REGISTERED', { hotkey, netuid })
  const coldkey = await openColdkey()
  say(`registering ${hotkey} on subnet ${netuid} for about ${formatAmount(before.registrationCostRao)} TAO of ${coldkey.hotkey}`)
  const outcome = await chain.submitBurnedRegister(coldkey, netuid, hotkey, { until: 'included', signal })
  if (outcome.status === 'failed' || outcome.status === 'refused')
    throw new AssayError('MINER_REGISTER', { hotkey, netuid, coldkey: coldkey.hotkey, error: outcome.error, docs: outcome.docs })
  const after = await chain.readMetagraph(netuid, undefined, signal)
  const uid = after.neurons.find(neuron => neuron.hotkey === hotkey)?.uid
  if (uid === undefined) throw new AssayError('MINER_NOT_REGISTERED', { hotkey, netuid })
  say(`registered: ${hotkey} is uid ${uid} of subnet ${netuid}`)
  return after
}

/** Says whether a metagraph shows a hotkey. */
export function hasHotkey({ neurons }: Metagraph, hotkey: string): boolean {
  return neurons.some(neuron => neuron.hotkey === hotkey)
}
