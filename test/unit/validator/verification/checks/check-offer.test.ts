import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../../shared/identity/crypto-ready.ts'
import { Bundle } from '../../../../../shared/protocol/bundle.ts'
import { offerDigest, type SignedOffer } from '../../../../../shared/protocol/offer.ts'
import type { Exchange } from '../../../../../validator/query/exchange.ts'
import { judge } from '../../../../../validator/verification/judge.ts'
import { toyTerms } from '../../../../support/subnet-terms.ts'
import { devKey, type ToyAnswer, toyExchange, toyInput, toyStatistics } from '../../../../support/toy-exchange.ts'
import { toyOffer } from '../../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const rows = 'd'.repeat(64)
const classes = [
  { name: 'graph', artefact: 'onnx', precision: 'fp32', fingerprint: true, payFactor: 1 },
  { name: 'file', artefact: 'gguf', precision: 'fp32', manifestDigest: 'b'.repeat(64), fingerprint: false, payFactor: 0.8 },
] as const
const terms = { ...toyTerms, classes: [...classes] }

/** An exchange under these offers whose receipt stands under the first one, unless told otherwise. */
function under(offers: readonly SignedOffer[], answer: ToyAnswer = {}): Exchange {
  const [standing] = offers
  const receipt = { offerDigest: standing === undefined ? null : offerDigest(standing.offer), hiddenRoot: rows, ...answer.receipt }
  return { ...toyExchange({ ...answer, receipt }), offers }
}
const verdictOf = (exchange: Exchange, parts: Parameters<typeof toyInput>[1] = {}) => judge(toyInput(exchange, { terms, ...parts }))

describe('the check of offers', () => {
  it('passes a receipt under the offer that was asked under', () => {
    expect(verdictOf(under([toyOffer()]))).toMatchObject({ kind: 'pass', work: 3.3 })
  })

  it('misses a receipt under another offer, audited or not, and pays nothing', () => {
    const other = under([toyOffer()], { receipt: { offerDigest: 'e'.repeat(64) } })
    expect(verdictOf(other)).toMatchObject({ kind: 'miss', code: 'VERIFY_OFFER_DIGEST', work: 0 })
    expect(verdictOf(other, { audited: false, statistics: null })).toMatchObject({ kind: 'miss', code: 'VERIFY_OFFER_DIGEST', work: 0 })
  })

  it('still counts the evidence of such an answer: nobody escapes by naming a wrong offer', () => {
    const exchange = under([toyOffer()], { receipt: { offerDigest: null } })
    const bad = verdictOf(exchange, { statistics: toyStatistics(3, { margins: [0.5, 0.5, 0.5] }) })
    expect(bad.kind).toBe('miss')
    expect(bad.eValue).toBeGreaterThan(100)
  })

  it('misses a receipt under an offer that nobody could read, and weighs it as the widest class would be', () => {
    const bounds = { greedySlack: 0, fingerprintBound: 1e-3, logProbBound: 1, checkWeights: { margin: 0.5, fingerprint: 0.5, logProb: 0 } }
    const own = { marginBound: 0.2, greedySlack: 0, fingerprintBound: 1, logProbBound: 1 }
    const wide = { ...terms, bounds, classes: [classes[0], { ...classes[1], bounds: own }] }
    const unread = under([], { receipt: { offerDigest: 'e'.repeat(64) } })
    const statistics = toyStatistics(3, { margins: [0.05, 0.05, 0.05] })
    const verdict = verdictOf(unread, { terms: wide, statistics })
    expect(verdict).toMatchObject({ kind: 'miss', code: 'VERIFY_OFFER_UNKNOWN', work: 0 })
    expect(verdict.eValue).toBeLessThan(2)
    expect(verdictOf(unread, { terms: wide, audited: false, statistics: null })).toMatchObject({ kind: 'miss', work: 0 })
    // Who says that it has no offer has said what it is held to.
    expect(verdictOf(under([]), { terms: wide, statistics }).eValue).toBeGreaterThan(100)
  })

  it('still fails what contradicts itself under a wrong offer', () => {
    const exchange = under([toyOffer()], { receipt: { offerDigest: null, temperature: 1, promptTokens: 7 } as object })
    expect(verdictOf(exchange)).toMatchObject({ kind: 'fail', code: 'VERIFY_REQUEST_MISMATCH' })
  })

  it('fails a miner that signed two offers for one epoch, and names both', () => {
    const [first, second] = [toyOffer({ priceRao: 1 }), toyOffer({ priceRao: 2 })]
    for (const offers of [
      [first, second],
      [toyOffer({ epoch: 5 }), first, second],
    ])
      expect(verdictOf(under(offers))).toMatchObject({
        kind: 'fail',
        code: 'VERIFY_OFFER',
        evidence: { epoch: 4, first: offerDigest(first.offer), second: offerDigest(second.offer) },
      })
  })

  it('does not fail over offers of two epochs, the same one twice, or one that the miner did not sign', () => {
    const ours = toyOffer({ priceRao: 1 })
    const forged = { ...toyOffer({ priceRao: 2, miner: devKey('Miner').hotkey }, {}, devKey('Other')) }
    for (const offers of [
      [ours, toyOffer({ epoch: 5 })],
      [ours, ours],
      [ours, forged],
    ])
      expect(verdictOf(under(offers)).kind).toBe('pass')
  })

  it('misses a class that the owner does not accept', () => {
    const exchange = under([toyOffer({}, { precision: 'int4' })])
    expect(verdictOf(exchange)).toMatchObject({ kind: 'miss', code: 'VERIFY_CLASS', evidence: { artefact: 'onnx', precision: 'int4' } })
  })

  it('misses a receipt without hidden rows where the class must commit to them, and holds who has no offer to the strictest class', () => {
    const without = { receipt: { hiddenRoot: null } }
    expect(verdictOf(under([toyOffer()], without))).toMatchObject({ kind: 'miss', code: 'VERIFY_ROWS', evidence: { name: 'graph' } })
    expect(verdictOf(toyExchange())).toMatchObject({ kind: 'miss', code: 'VERIFY_ROWS' })
    expect(verdictOf(toyExchange({ receipt: { hiddenRoot: rows } })).kind).toBe('pass')
    expect(verdictOf(toyExchange(), { terms: toyTerms }).kind).toBe('pass')
  })

  it("pays a class at its factor, asks for no rows where it has none, and judges its own artefact by the model's reference", () => {
    const [, file] = classes
    const offer = toyOffer({}, { artefact: 'gguf', manifestDigest: file.manifestDigest })
    const exchange = under([offer], { receipt: { hiddenRoot: null }, manifestDigest: file.manifestDigest })
    expect(verdictOf(exchange)).toMatchObject({ kind: 'pass' })
    expect(verdictOf(exchange).work).toBeCloseTo(0.8 * 3.3, 12)
  })

  it('travels in a bundle', () => {
    expect(Object.keys(Bundle.properties.exchange.properties)).toContain('offers')
  })
})
