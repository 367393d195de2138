import { canonicalJson } from '../../shared/protocol/canonical-json.ts'
import { offerDigest, type SignedOffer } from '../../shared/protocol/offer.ts'
import type { Store } from './open-store.ts'

/** Two offers for one epoch contradict each other, and a third one shows nothing more. */
const perEpoch = 2
/** Epochs that are remembered. */
const kept = 10

/** Stores an offer whose signature was found good, once; older ones than ten epochs are forgotten. */
export async function saveOffer({ kysely }: Store, signed: SignedOffer): Promise<void> {
  const { miner, epoch } = signed.offer
  const known = await kysely.selectFrom('offer').select('digest').where('miner', '=', miner).where('epoch', '=', epoch).execute()
  const digest = offerDigest(signed.offer)
  if (known.length >= perEpoch || known.some(row => row.digest === digest)) return
  await kysely
    .insertInto('offer')
    .values({ miner, epoch, digest, json: canonicalJson(signed) })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await kysely
    .deleteFrom('offer')
    .where('miner', '=', miner)
    .where('epoch', '<=', epoch - kept)
    .execute()
}

/** All stored offers of these epochs by miner, each list in the order of their coming. */
export async function readOffers({ kysely }: Store, first: number, last: number): Promise<Map<string, SignedOffer[]>> {
  const rows = await kysely
    .selectFrom('offer')
    .select(['miner', 'json'])
    .where('epoch', '>=', first)
    .where('epoch', '<=', last)
    .orderBy('place')
    .execute()
  const byMiner = new Map<string, SignedOffer[]>()
  for (const { miner, json } of rows) {
    const list = byMiner.get(miner) ?? []
    byMiner.set(miner, list)
    // Written above alone.
    list.push(JSON.parse(json) as SignedOffer)
  }
  return byMiner
}
