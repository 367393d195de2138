import { isSignedOffer } from '../../../shared/identity/find-offer-problem.ts'
import { offerDigest } from '../../../shared/protocol/offer.ts'
import { classOfOffer, standingDigest } from '../../../shared/subnet/find-class.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** One offer for one epoch: who signs two for it could state a class for each answer. Both stand in the exchange, with their signatures. */
export function checkOfferTwice({ exchange: { offers = [], miner }, netuid }: Pick<ReceivedAnswer, 'exchange' | 'netuid'>): Finding {
  for (const [index, first] of offers.entries())
    for (const second of offers.slice(index + 1)) {
      const { epoch } = first.offer
      if (second.offer.epoch !== epoch || offerDigest(second.offer) === offerDigest(first.offer)) continue
      if (![first, second].every(one => isSignedOffer(one, { netuid, hotkey: miner.hotkey }))) continue
      return fail('VERIFY_OFFER', { epoch, first: offerDigest(first.offer), second: offerDigest(second.offer) })
    }
  return pass
}

/**
 * The receipt stands under the offer that was asked under, the offer states a class that the owner accepts, and the receipt holds what that
 * class must commit to. What fails here is a miss and no conviction: nothing was contradicted, and nothing is paid. Who
 * states to have no offer is held to the strictest class.
 */
export function checkOffer({ exchange, arrival: { receipt }, terms }: Pick<ReceivedAnswer, 'exchange' | 'arrival' | 'terms'>): Finding {
  const standing = exchange.offers?.[0]
  const expected = standingDigest(standing)
  if (expected === null && receipt.offerDigest !== null) return fail('VERIFY_OFFER_UNKNOWN', { found: receipt.offerDigest })
  if (expected !== null && receipt.offerDigest !== expected) return fail('VERIFY_OFFER_DIGEST', { found: receipt.offerDigest, expected })
  const held = classOfOffer(terms, standing)
  if (held === null) {
    const offered = standing?.offer.models.find(({ model }) => model === terms.name)
    const { artefact = '', precision = '', manifestDigest = '' } = offered ?? {}
    return fail('VERIFY_CLASS', { artefact, precision, manifestDigest })
  }
  // A stream that was cut off has no final receipt, which alone commits.
  if (held.fingerprint && exchange.arrival.kind === 'answer' && receipt.hiddenRoot === null) return fail('VERIFY_ROWS', { name: held.name })
  return pass
}
