import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { findOfferProblem } from '../../../shared/identity/find-offer-problem.ts'
import { type OfferPage, offerDigest, parseOfferPage } from '../../../shared/protocol/offer.ts'
import { devKey } from '../../support/toy-exchange.ts'
import { toyBenchmark, toyBenchmarkMs, toyOffer, toyOfferPage } from '../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const day = 24 * 3_600_000
const problemOf = (page: OfferPage, nowMs = toyBenchmarkMs + day) =>
  findOfferProblem(page, { netuid: 2, hotkey: devKey('Miner').hotkey, nowMs })

describe('an offer', () => {
  it('holds where the miner signed it for this subnet, its capacity being that of the benchmark beside it', () => {
    expect(problemOf(toyOfferPage(120))).toBeNull()
    expect(problemOf({ offers: [toyOffer()], benchmark: null })).toBeNull()
    const page = toyOfferPage(120)
    expect(parseOfferPage(JSON.parse(JSON.stringify(page)))).toEqual(page)
  })

  it("does not hold where another signed it, or for another subnet, or where the one before is another's", () => {
    const ours = toyOffer()
    const foreign = toyOffer({}, {}, devKey('Other'))
    const pages: OfferPage[] = [
      { offers: [foreign], benchmark: null },
      { offers: [toyOffer({ netuid: 3 })], benchmark: null },
      { offers: [ours, foreign], benchmark: null },
      { offers: [{ ...ours, offer: { ...ours.offer, priceRao: 5 } }], benchmark: null },
      { offers: [{ offer: { ...foreign.offer, miner: ours.offer.miner }, signature: foreign.signature }], benchmark: null },
    ]
    for (const page of pages) expect(problemOf(page)).toBe("an offer is not this miner's on this subnet")
  })

  it('does not hold with a capacity that its benchmark does not show', () => {
    const page = toyOfferPage(120)
    expect(problemOf({ ...page, benchmark: null })).toContain('without its benchmark')
    expect(problemOf({ ...page, benchmark: toyBenchmark(130) })).toContain('of another benchmark')
    const { benchmarkDigest = null } = page.offers[0]?.offer.models[0] ?? {}
    expect(problemOf({ ...page, offers: [toyOffer({}, { capacity: 150, benchmarkDigest })] })).toContain('not the one of its benchmark')
    expect(problemOf({ ...page, benchmark: toyBenchmark(120, devKey('Other')) })).toContain("another hotkey's")
  })

  it('holds with an old benchmark: what its miner keeps up with is measured anyway', () => {
    expect(problemOf(toyOfferPage(120), toyBenchmarkMs + 400 * day)).toBeNull()
  })

  it('does not hold where it is longer than a validator keeps with every request', () => {
    const models = toyOffer().offer.models.flatMap(model =>
      Array.from({ length: 24 }, (_, index) => ({ ...model, model: `${index}${'x'.repeat(190)}` })),
    )
    expect(problemOf({ offers: [toyOffer({ models })], benchmark: null })).toContain('longer than')
  })

  it('has a digest that every member of it changes', () => {
    const { offer } = toyOffer()
    const changed = [{ epoch: 5 }, { priceRao: 1 }, { region: 'eu' }, { tier: 'batch' }, { netuid: 3 }]
    const digests = changed.map(parts => offerDigest({ ...offer, ...parts }))
    digests.push(
      offerDigest(offer),
      offerDigest(toyOffer({}, { precision: 'fp16' }).offer),
      offerDigest(toyOffer({}, { artefact: 'gguf' }).offer),
    )
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('is refused with members that nobody knows, and with words that could not be printed', () => {
    const page = { offers: [toyOffer()], benchmark: null }
    expect(() => parseOfferPage({ ...page, more: 1 })).toThrow('malformed')
    expect(() => parseOfferPage({ ...page, offers: [{ ...toyOffer(), offer: { ...toyOffer().offer, region: 'EU\u001b[2J' } }] })).toThrow(
      'region',
    )
    expect(() => parseOfferPage({ ...page, offers: [toyOffer(), toyOffer(), toyOffer()] })).toThrow('malformed')
  })
})
