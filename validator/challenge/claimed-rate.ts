import type { SignedOffer } from '../../shared/protocol/offer.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'

/**
 * Work units per second that a miner claims to keep up with at the subnet's mix of models: 1 / sum(share / (capacity x work of an output
 * token)), from the capacities of its signed offer; null where it states none for one of them. Prompts come on top and are small.
 */
export function claimedRate(models: readonly SubnetModel[], standing: SignedOffer | undefined): number | null {
  const total = models.reduce((sum, { share }) => sum + share, 0)
  let seconds = 0
  for (const { name, share, work } of models) {
    if (share === 0) continue
    const capacity = standing?.offer.models.find(({ model }) => model === name)?.capacity ?? null
    if (capacity === null || capacity * work.outputToken <= 0) return null
    seconds += share / total / (capacity * work.outputToken)
  }
  return seconds > 0 ? 1 / seconds : null
}
