import type { ComparedAnswer } from '../verification/find-duplicates.ts'
import { inTransaction } from './in-transaction.ts'
import type { Store } from './open-store.ts'

/** SQLite's variables of one statement, with room to spare. */
const batch = 200

/** Stores the digests of a round's answers, each once. */
export async function saveAnswerDigests(store: Store, round: number, answers: readonly ComparedAnswer[]): Promise<void> {
  if (answers.length === 0) return
  await inTransaction(store, async transaction => {
    for (const { requestId, minerKey, digest, surprisal } of answers)
      await transaction
        .insertInto('answer_digest')
        .values({ request_id: requestId, round, miner_key: minerKey, digest, surprisal })
        .onConflict(conflict => conflict.doNothing())
        .execute()
  })
}

/** The stored answers that hold the same tokens as one of these, and how many there are of all. */
export async function readSameAnswers(
  { kysely }: Store,
  digests: readonly string[],
): Promise<{ readonly same: ComparedAnswer[]; readonly count: number }> {
  const { count } = await kysely
    .selectFrom('answer_digest')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const same: ComparedAnswer[] = []
  for (let at = 0; at < digests.length; at += batch) {
    const rows = await kysely
      .selectFrom('answer_digest')
      .selectAll()
      .where('digest', 'in', digests.slice(at, at + batch))
      .orderBy('round')
      .limit(4 * batch)
      .execute()
    for (const row of rows) same.push({ requestId: row.request_id, minerKey: row.miner_key, digest: row.digest, surprisal: row.surprisal })
  }
  return { same, count }
}
