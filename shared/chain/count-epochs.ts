import type { EpochState } from './chain-port.ts'

/** What a runtime that keeps no state of its epochs would have written down about them. */
export type CountedEpochs = Pick<EpochState, 'tempo' | 'lastEpochBlock' | 'pendingEpochAt' | 'subnetEpochIndex' | 'blocksSinceLastStep'>

/**
 * The schedule of a runtime that runs a subnet's epoch in every block b where (b + netuid + 1) mod (tempo + 1) = tempo, as it stands
 * after `block`: epochs are tempo + 1 blocks apart, and the index counts those that ran, so that what is committed in an epoch's own
 * block counts for the next one. The last epoch of a young chain may lie before its first block.
 */
export function countEpochs(block: number, netuid: number, tempo: number): CountedEpochs {
  const period = tempo === 0 ? 0 : tempo + 1
  const subnetEpochIndex = period === 0 ? 0 : Math.floor((block + netuid + 2) / period)
  const lastEpochBlock = period === 0 ? 0 : subnetEpochIndex * period - netuid - 2
  return { tempo: period, lastEpochBlock, pendingEpochAt: 0, subnetEpochIndex, blocksSinceLastStep: block - lastEpochBlock }
}

/** The epoch in which a hash commit of such a runtime counts, by the block that holds it: the epoch's own block still belongs to it. */
export function countedEpochOf(block: number, netuid: number, { tempo: period }: Pick<CountedEpochs, 'tempo'>): number {
  return period === 0 ? 0 : Math.floor((block + netuid + 1) / period)
}
