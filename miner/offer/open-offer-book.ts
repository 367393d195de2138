import { AssayError } from '../../shared/errors/assay-error.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import type { SignedBenchmark } from '../../shared/protocol/benchmark.ts'
import { type Offer, type OfferPage, offerBytes, offerDigest, type SignedOffer } from '../../shared/protocol/offer.ts'
import type { OpenedDatabase } from '../../shared/storage/open-database.ts'

/** Schema of offers.db: what was signed, by epoch, so that a restart does not sign another for the same one, which convicts. */
export const offerMigrations = [
  'CREATE TABLE offers (chain TEXT NOT NULL, miner TEXT NOT NULL, epoch INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (chain, miner, epoch)) STRICT',
  // One hotkey may mine in several subnets, whose epochs are counted apart.
  `CREATE TABLE subnet_offers (chain TEXT NOT NULL, netuid INTEGER NOT NULL, miner TEXT NOT NULL, epoch INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (chain, netuid, miner, epoch)) STRICT;
INSERT INTO subnet_offers SELECT chain, json_extract(json, '$.offer.netuid'), miner, epoch, json FROM offers;
DROP TABLE offers`,
]
/** Epochs that are remembered; nobody asks about an older one. */
const keptEpochs = 1_000

/** This miner's offers: the standing one and the one before. */
export interface OfferBook {
  /** Makes the offer of an epoch the standing one: what was signed for it before, or what `build` gives now, stored before anybody sees it. An epoch before the standing one changes nothing. */
  renew(epoch: number): SignedOffer
  /** Epoch of the standing offer; null before the first. */
  epoch(): number | null
  /** The digest for a receipt: of the offer that the caller asks under, or of the standing one. null before the first; throws MINER_OFFER where the caller names neither the standing one nor the one before. */
  digestFor(asked: string | undefined): string | null
  /** What everybody may see; null before the first. */
  page(): OfferPage | null
}

export interface OfferBookParts {
  readonly database: Pick<OpenedDatabase<unknown>, 'sqlite'>
  readonly hotkey: KeyPair
  readonly netuid: number
  /** Of the chain whose epochs are counted: another chain counts its own. */
  readonly genesisHash: string
  readonly benchmark: SignedBenchmark | null
  readonly build: (epoch: number) => Offer
}

interface Page {
  readonly signed: SignedOffer
  readonly digest: string
}

/** Opens the book on a database with these migrations. */
export function openOfferBook({ database: { sqlite }, hotkey, netuid, genesisHash, benchmark, build }: OfferBookParts): OfferBook {
  const find = sqlite.prepare<[string, number, string, number], { json: string }>(
    'SELECT json FROM subnet_offers WHERE chain = ? AND netuid = ? AND miner = ? AND epoch = ?',
  )
  const save = sqlite.prepare<[string, number, string, number, string]>(
    'INSERT INTO subnet_offers (chain, netuid, miner, epoch, json) VALUES (?, ?, ?, ?, ?)',
  )
  const forget = sqlite.prepare<[string, number, string, number]>(
    'DELETE FROM subnet_offers WHERE chain = ? AND netuid = ? AND miner = ? AND epoch <= ?',
  )
  // Written below alone.
  const read = (epoch: number): SignedOffer | null => {
    const row = find.get(genesisHash, netuid, hotkey.hotkey, epoch)
    return row === undefined ? null : (JSON.parse(row.json) as SignedOffer)
  }
  const take = sqlite.transaction((epoch: number): SignedOffer => {
    const known = read(epoch)
    if (known !== null) return known
    const offer = build(epoch)
    const signed = { offer, signature: `0x${Buffer.from(hotkey.sign(offerBytes(offer))).toString('hex')}` }
    save.run(genesisHash, netuid, hotkey.hotkey, epoch, JSON.stringify(signed))
    forget.run(genesisHash, netuid, hotkey.hotkey, epoch - keptEpochs)
    return signed
  })
  const pageOf = (signed: SignedOffer): Page => ({ signed, digest: offerDigest(signed.offer) })
  let standing: Page | null = null
  let before: Page | null = null
  return {
    renew(epoch) {
      if (standing !== null && epoch <= standing.signed.offer.epoch) return standing.signed
      const earlier = standing?.signed ?? read(epoch - 1)
      before = earlier === null ? null : pageOf(earlier)
      standing = pageOf(take.immediate(epoch))
      return standing.signed
    },
    epoch: () => standing?.signed.offer.epoch ?? null,
    digestFor(asked) {
      if (asked === undefined) return standing?.digest ?? null
      if (asked === standing?.digest || asked === before?.digest) return asked
      throw new AssayError('MINER_OFFER')
    },
    page() {
      if (standing === null) return null
      return { offers: [standing, ...(before === null ? [] : [before])].map(({ signed }) => signed), benchmark }
    },
  }
}
