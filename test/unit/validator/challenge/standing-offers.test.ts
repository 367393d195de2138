import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { claimedRate } from '../../../../validator/challenge/claimed-rate.ts'
import { ourShare } from '../../../../validator/challenge/our-share.ts'
import { standingOffers } from '../../../../validator/challenge/standing-offers.ts'
import { neuron } from '../../../support/fake-miner-chain.ts'
import { toyTerms } from '../../../support/subnet-terms.ts'
import { devKey } from '../../../support/toy-exchange.ts'
import { toyOffer } from '../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const of = (epoch: number, priceRao = 0) => toyOffer({ epoch, priceRao })

describe('the offer that a miner is asked under', () => {
  it('is the newest of the epoch before, this one and the next', () => {
    expect(standingOffers([of(3), of(4)], 4)?.map(({ offer }) => offer.epoch)).toEqual([4])
    expect(standingOffers([of(3)], 4)?.[0]?.offer.epoch).toBe(3)
    expect(standingOffers([of(3), of(4), of(5)], 4)?.[0]?.offer.epoch).toBe(5)
  })

  it('is none where all are too old or too new', () => {
    expect(standingOffers([], 4)).toBeUndefined()
    expect(standingOffers([of(2), of(6), of(1_000_000)], 4)).toBeUndefined()
  })

  it('comes with those that contradict each other, and of two for one epoch the first stands', () => {
    const [first, second] = [of(4, 1), of(4, 2)]
    expect(standingOffers([first, second], 4)).toEqual([first, second])
    const next = of(5)
    expect(standingOffers([first, second, next], 5)).toEqual([next, first, second])
  })
})

describe('the rate that a miner claims', () => {
  it('is its capacity in work units, at the mix of the models', () => {
    const [one, two] = [
      { ...toyTerms, share: 0.5 },
      { ...toyTerms, name: 'big', share: 0.5, work: { promptToken: 0, outputToken: 10 } },
    ]
    const slow = toyOffer({}, { capacity: 100 })
    expect(claimedRate([toyTerms], slow)).toBe(100)
    const [model] = slow.offer.models
    const both = toyOffer({ models: model ? [model, { ...model, model: 'big', capacity: 10 }] : [] })
    // Half of the work at 100 units a second and half at 100 as well.
    expect(claimedRate([one, two], both)).toBeCloseTo(100, 9)
    expect(claimedRate([one, two], slow)).toBeNull()
  })

  it('is none without an offer or a capacity', () => {
    expect(claimedRate([toyTerms], undefined)).toBeNull()
    expect(claimedRate([toyTerms], toyOffer())).toBeNull()
    expect(claimedRate([toyTerms], toyOffer({}, { capacity: 0 }))).toBeNull()
  })

  it('is ours by our stake among those that miners admit', () => {
    const [self, other] = [devKey('Validator').hotkey, devKey('Other').hotkey]
    const neurons = [
      neuron(0, self, { validatorPermit: true, totalStakeRao: 30n }),
      neuron(1, other, { validatorPermit: true, totalStakeRao: 10n }),
      neuron(2, devKey('Poor').hotkey, { validatorPermit: true, totalStakeRao: 4n }),
      neuron(3, devKey('Idle').hotkey, { totalStakeRao: 100n }),
      neuron(4, devKey('Earner').hotkey, { validatorPermit: true, totalStakeRao: 100n, incentive: 9 }),
    ]
    expect(ourShare({ neurons }, self, 5)).toBe(0.75)
    expect(ourShare({ neurons }, devKey('Poor').hotkey, 5)).toBeNull()
    expect(ourShare({ neurons: [] }, self, 0)).toBeNull()
  })
})
