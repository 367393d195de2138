import type { Metagraph } from '../../shared/chain/chain-port.ts'

/**
 * The part of every miner's capacity that this validator's stake gives it: its stake weight among all hotkeys that miners admit (a
 * permit, enough stake, no income as a miner); null where miners do not admit it.
 */
export function ourShare({ neurons }: Pick<Metagraph, 'neurons'>, self: string, minStakeRao: number): number | null {
  const admitted = neurons.filter(
    ({ validatorPermit, totalStakeRao, incentive }) => validatorPermit && totalStakeRao >= BigInt(minStakeRao) && incentive === 0,
  )
  const own = admitted.find(({ hotkey }) => hotkey === self)
  const total = admitted.reduce((sum, { totalStakeRao }) => sum + totalStakeRao, 0n)
  return own === undefined || total === 0n ? null : Number(own.totalStakeRao) / Number(total)
}
