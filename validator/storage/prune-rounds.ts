import { inTransaction } from './in-transaction.ts'
import type { Store } from './open-store.ts'

/** Rounds taken at once, at most: a validator that was told to keep fewer must not stand still over it. */
const batch = 20

/**
 * Forgets the exchanges of the oldest settled rounds until at most `keepRounds` are whole; returns how many were forgotten. The newest
 * forgotten round keeps its state, which replaying the next one starts from.
 */
export async function pruneRounds(store: Store, keepRounds: number): Promise<number> {
  const { kysely } = store
  const { count } = await kysely
    .selectFrom('round')
    .where('status', '=', 'settled')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const surplus = Math.min(batch, count - keepRounds)
  if (surplus <= 0) return 0
  const oldest = await kysely
    .selectFrom('round')
    .select('number')
    .where('status', '=', 'settled')
    .orderBy('number')
    .limit(surplus)
    .execute()
  const numbers = oldest.map(({ number }) => number)
  const last = numbers.at(-1) ?? 0
  await inTransaction(store, async transaction => {
    await transaction.deleteFrom('signed_verdict').where('round', 'in', numbers).execute()
    await transaction.deleteFrom('judgement').where('round', 'in', numbers).execute()
    await transaction.deleteFrom('opening').where('round', 'in', numbers).execute()
    await transaction.deleteFrom('answer_digest').where('round', 'in', numbers).execute()
    await transaction.deleteFrom('receipt_number').where('round', 'in', numbers).execute()
    await transaction.deleteFrom('exchange').where('round', 'in', numbers).execute()
    await transaction.updateTable('round').set({ status: 'pruned' }).where('number', 'in', numbers).execute()
    await transaction.deleteFrom('settlement').where('round', '<', last).execute()
    await transaction.deleteFrom('round').where('number', '<', last).where('status', '=', 'pruned').execute()
  })
  return numbers.length
}

/** Forgets the verdict counts of miners that are not among these keys. */
export async function pruneCounts({ kysely }: Store, minerKeys: readonly string[]): Promise<void> {
  await kysely.deleteFrom('verdict_count').where('miner_key', 'not in', minerKeys).execute()
}
