import { type Json, canonicalJson } from '../../shared/protocol/canonical-json.ts'
import type { Store } from './open-store.ts'

/** Keeps what was sent to the chain and what became of it. */
export async function saveSubmission({ kysely }: Store, submission: { block: number; round: number; vector: Json; outcome: Json }): Promise<void> {
  const { block, round, vector, outcome } = submission
  await kysely.insertInto('submission').values({ block, round, vector: canonicalJson(vector), outcome: canonicalJson(outcome) }).execute()
}
