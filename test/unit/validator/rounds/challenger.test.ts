import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import type { ChatAsk } from '../../../../shared/protocol/ask.ts'
import { offerDigest, type SignedOffer } from '../../../../shared/protocol/offer.ts'
import { withDeadline } from '../../../../validator/challenge/with-deadline.ts'
import { buildChallenger } from '../../../../validator/rounds/challenger.ts'
import type { OfferBook } from '../../../../validator/rounds/offer-book.ts'
import { emptyScoring } from '../../../../validator/rounds/settle-scores.ts'
import { labKey, labMaster, openSettlementLab } from '../../../support/settlement-lab.ts'
import { toyTerms } from '../../../support/subnet-terms.ts'
import { toyAnswer, toyPromptIds } from '../../../support/toy-answer.ts'
import { devKey, toyModel } from '../../../support/toy-exchange.ts'
import { toyOffer } from '../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const signal = new AbortController().signal
const prompts = { templates: [{ kind: 'word', text: '{w} {w}' }], slots: { w: ['cat', 'dog', 'bird', 'fish', 'fox', 'owl', 'bee', 'ant'] } }

/** A validator with a quarter of the stake, and a miner with this offer. */
async function lab(offers: readonly SignedOffer[] | undefined) {
  const base = await openSettlementLab({ miners: ['One'], subnet: { timing: { tolerance: 0.2, shortRounds: 3 } } })
  const { chain, store, subnet, scoreboard } = base
  const stakes = [25n, 0n, 75n]
  chain.neurons = [...chain.neurons, ...chain.neurons.slice(0, 1).map(one => ({ ...one, uid: 2, hotkey: devKey('Other').hotkey }))].map(
    (one, uid) => ({
      ...one,
      totalStakeRao: stakes[uid] ?? 0n,
      validatorPermit: uid !== 1,
      axon: uid === 1 ? { host: '127.0.0.2', port: 8_000 } : null,
    }),
  )
  const waits: number[] = []
  const book: OfferBook = {
    refresh: async (_miners, _epoch, waitMs) => void waits.push(waitMs),
    standing: async () => new Map(offers === undefined ? [] : [[labKey('One'), offers]]),
  }
  const challenger = buildChallenger({
    ...{ store, chain, netuid: 2, subnet, scoreboard, master: labMaster, self: devKey('Validator').hotkey, offers: book },
    reference: {
      terms: toyTerms,
      prompts,
      model: { ...toyModel, promptIdsOf: source => ('messages' in source ? toyPromptIds(source) : []) },
    },
  })
  return { ...base, challenger, waits }
}

describe('a round under offers', () => {
  const offer = () => toyOffer({ miner: devKey('One').hotkey }, { capacity: 72 }, devKey('One'))

  it('offers no more than our part of what the miner claims, and says so in the round', async () => {
    const { challenger, waits } = await lab([offer()])
    const { round } = await challenger.draw({ number: 30, startBlock: 150 }, signal)
    expect(round.claims).toEqual({ [labKey('One')]: 18 })
    expect(round.offered).toEqual({ [labKey('One')]: 18 })
    expect(waits).toEqual([Math.min(3_000, 100 * round.seconds)])
  })

  it('is drawn as ever where nobody offers anything', async () => {
    const { challenger } = await lab(undefined)
    const { round, requests } = await challenger.draw({ number: 30, startBlock: 150 }, signal)
    expect(round).not.toHaveProperty('claims')
    expect(round.offered).toEqual({ [labKey('One')]: 20 })
    for (const request of requests) expect(request).not.toHaveProperty('offers')
  })

  it('is judged, scored and replayed byte for byte with its offers and claims', async () => {
    const { challenger, pool, settle, replay, scoreboard } = await lab([offer()])
    const { round, requests } = await challenger.draw({ number: 30, startBlock: 150 }, signal)
    await pool.open(round)
    for (const [index, { at: _at, ask: draft, ...request }] of requests.entries()) {
      const ask = withDeadline(draft, { block: 154, ms: 2_000 }) as ChatAsk
      const sent = { round: 30, ...request, ask, sentBlock: 150 }
      await pool.send(sent)
      // The last one names another offer.
      const named = index === requests.length - 1 ? 'e'.repeat(64) : (ask.assay.offerDigest ?? null)
      const { assay, choices } = toyAnswer(ask, { miner: devKey('One'), sequence: index + 1, receipt: { offerDigest: named } })
      const { receipt, signature, logProbs } = assay
      const text = choices[0]?.message.content ?? ''
      const arrived = { elapsedMs: 10, arrivedBlock: 151, arrivedMs: 1_300 }
      await pool.add({ ...sent, arrival: { kind: 'answer', receipt, signature, certificate: null, logProbs, text, ...arrived } })
    }
    await pool.close(round, false)
    await settle(30)
    const { verdicts, differences } = await replay(30)
    expect(differences).toEqual([])
    const codes = verdicts.map(({ code }) => code)
    expect(codes.filter(code => code === 'VERIFY_OFFER_DIGEST')).toHaveLength(1)
    expect(codes.filter(code => code === null)).toHaveLength(requests.length - 1)
    expect(requests.every(({ ask }) => ask.assay.offerDigest === offerDigest(offer().offer))).toBe(true)
    const { ramp } = (await scoreboard.latest())?.state ?? emptyScoring
    expect(ramp.miners[labKey('One')]?.rate).toBeLessThanOrEqual(18)
  })
})
