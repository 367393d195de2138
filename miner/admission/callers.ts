import type { Metagraph, Neuron } from '../../shared/chain/chain-port.ts'

export type CallerRefusal = 'MINER_CALLER_NO_PERMIT' | 'MINER_CALLER_STAKE' | 'MINER_CALLER_IS_MINER'

/** One registered hotkey seen as a caller: admitted with its share of our capacity (all admitted ones sum to 1), or refused. */
export type Caller = { readonly share: number; readonly publicKey: Uint8Array } | { readonly refusal: CallerRefusal }

export type Callers = ReadonlyMap<string, Caller>

export interface CallerRules {
  readonly selfHotkey: string
  readonly minStakeRao: bigint
  /** The public key behind an address. */
  readonly decodeAddress: (address: string) => Uint8Array
}

/** Who may call this miner, from one metagraph: a permit, enough stake weight, and no income as a miner; shares go by stake weight. */
export function buildCallers(metagraph: Pick<Metagraph, 'neurons'>, rules: CallerRules): Callers {
  const refusals = metagraph.neurons.map(neuron => [neuron, refuse(neuron, rules)] as const)
  const total = refusals.reduce((sum, [neuron, refusal]) => (refusal === null ? sum + neuron.totalStakeRao : sum), 0n)
  return new Map(
    refusals.map(([neuron, refusal]): [string, Caller] => [
      neuron.hotkey,
      refusal === null ? { share: shareOf(neuron.totalStakeRao, total), publicKey: rules.decodeAddress(neuron.hotkey) } : { refusal },
    ]),
  )
}

function refuse(neuron: Neuron, { selfHotkey, minStakeRao }: CallerRules): CallerRefusal | null {
  if (neuron.hotkey === selfHotkey) return 'MINER_CALLER_IS_MINER'
  if (!neuron.validatorPermit) return 'MINER_CALLER_NO_PERMIT'
  if (neuron.totalStakeRao < minStakeRao) return 'MINER_CALLER_STAKE'
  // On a small subnet everyone with stake gets a permit, and what a miner earns is stake: it could make its neighbours work for it.
  if (neuron.incentive > 0) return 'MINER_CALLER_IS_MINER'
  return null
}

function shareOf(stake: bigint, total: bigint): number {
  // Without a minimum and without any stake every permit counts the same as none.
  return total === 0n ? 0 : Number(stake) / Number(total)
}
