import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { offerMigrations, openOfferBook } from '../../../../miner/offer/open-offer-book.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { isSignedOffer } from '../../../../shared/identity/find-offer-problem.ts'
import { offerDigest } from '../../../../shared/protocol/offer.ts'
import { openDatabase } from '../../../../shared/storage/open-database.ts'
import { devKey } from '../../../support/toy-exchange.ts'
import { toyOffer } from '../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

let folder = ''
const closers: Array<() => void> = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-offers-'))
})
afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await rm(folder, { recursive: true, force: true })
})

function open(priceRao = 0, genesisHash = '0x01', name = 'Miner', netuid = 2) {
  const database = openDatabase(join(folder, 'offers.db'), offerMigrations)
  closers.push(() => database.close())
  const hotkey = devKey(name)
  return openOfferBook({
    ...{ database, hotkey, netuid, genesisHash, benchmark: null },
    build: epoch => toyOffer({ epoch, priceRao, netuid }, {}, hotkey).offer,
  })
}

describe('the offers of a miner', () => {
  it('are none before the epoch is known', () => {
    const book = open()
    expect([book.page(), book.epoch(), book.digestFor(undefined)]).toEqual([null, null, null])
    expect(() => book.digestFor('a'.repeat(64))).toThrow('neither the standing one nor the one before')
  })

  it('stand for an epoch, and the one before may still be asked under', () => {
    const book = open()
    const [first, second, third] = [4, 5, 6].map(epoch => offerDigest(book.renew(epoch).offer))
    expect(book.digestFor(undefined)).toBe(third)
    expect(book.digestFor(second)).toBe(second)
    expect(() => book.digestFor(first)).toThrow('neither the standing one nor the one before')
    expect(book.page()?.offers.map(({ offer }) => offer.epoch)).toEqual([6, 5])
  })

  it('are signed by the hotkey', () => {
    const signed = open().renew(4)
    expect(isSignedOffer(signed, { netuid: 2, hotkey: devKey('Miner').hotkey })).toBe(true)
  })

  it('stay the same within an epoch, whatever the operator changes, and over a restart', () => {
    const before = open(1).renew(4)
    const restarted = open(2)
    expect(restarted.renew(4)).toEqual(before)
    expect(restarted.renew(5).offer.priceRao).toBe(2)
    expect(restarted.page()?.offers).toHaveLength(2)
  })

  it('do not go back to an earlier epoch', () => {
    const book = open()
    book.renew(5)
    expect(book.renew(4).offer.epoch).toBe(5)
    expect(book.epoch()).toBe(5)
  })

  it('are a book of their own in each subnet that the hotkey mines in', () => {
    open(1).renew(4)
    expect(open(2, '0x01', 'Miner', 3).renew(4).offer).toMatchObject({ priceRao: 2, netuid: 3 })
    expect(open(3).renew(4).offer).toMatchObject({ priceRao: 1, netuid: 2 })
  })

  it('are kept where an earlier version of the file knew no subnets', () => {
    const [first = '', ...later] = offerMigrations
    const signed = toyOffer({ epoch: 4, priceRao: 1 })
    const old = openDatabase(join(folder, 'offers.db'), [first])
    old.sqlite.prepare('INSERT INTO offers VALUES (?, ?, ?, ?)').run('0x01', devKey('Miner').hotkey, 4, JSON.stringify(signed))
    old.close()
    expect(later).toHaveLength(1)
    expect(open(2).renew(4)).toEqual(signed)
  })

  it("are another chain's or hotkey's own business", () => {
    open(1).renew(4)
    expect(open(2, '0x02').renew(4).offer.priceRao).toBe(2)
    expect(open(3, '0x01', 'Other').renew(4).offer).toMatchObject({ priceRao: 3, miner: devKey('Other').hotkey })
  })
})
