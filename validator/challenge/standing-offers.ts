import type { SignedOffer } from '../../shared/protocol/offer.ts'

/** Offers for an epoch that a round of this epoch may be asked under: a miner's view of the chain is a little older or newer than ours. */
export function standingEpochs(epoch: number): { readonly first: number; readonly last: number } {
  return { first: epoch - 1, last: epoch + 1 }
}

/**
 * One miner's stored offers as a request carries them: the one for the newest epoch first (of two for one epoch the one that came first),
 * then those that contradict each other. Undefined where none may stand.
 */
export function standingOffers(stored: readonly SignedOffer[], epoch: number): readonly SignedOffer[] | undefined {
  const { first, last } = standingEpochs(epoch)
  const near = stored.filter(({ offer }) => offer.epoch >= first && offer.epoch <= last)
  const newest = Math.max(...near.map(({ offer }) => offer.epoch))
  const standing = near.find(({ offer }) => offer.epoch === newest)
  if (standing === undefined) return undefined
  const twice = near.filter(one => near.some(other => other !== one && other.offer.epoch === one.offer.epoch))
  return [standing, ...twice.filter(one => one !== standing)].slice(0, 4)
}
