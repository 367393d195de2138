import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { Store } from './open-store.ts'

/** Submissions that are kept: some weeks of them. */
const kept = 10_000

/** Keeps what was sent to the chain and what became of it. */
export async function saveSubmission(
  { kysely }: Store,
  submission: { block: number; round: number; vector: Json; outcome: Json },
): Promise<void> {
  const { block, round, vector, outcome } = submission
  const { id } = await kysely
    .insertInto('submission')
    .values({ block, round, vector: canonicalJson(vector), outcome: canonicalJson(outcome) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await kysely
    .deleteFrom('submission')
    .where('id', '<=', id - kept)
    .execute()
}
