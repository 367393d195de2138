import { join } from 'node:path'
import { openExistingStore } from '../../validator/storage/open-store.ts'
import type { Verdict } from '../../validator/verification/verdict.ts'

/** What one validator had audited of a miner up to a round. */
export interface AuditedSoFar {
  readonly requests: number
  readonly tokens: number
}

/** Counts a miner's requests with a verdict, and their audited tokens, in the rounds up to one; from the database that a validator left. */
export async function readAudited(folder: string, validator: string, hotkey: string, round: number): Promise<AuditedSoFar> {
  const store = openExistingStore(join(folder, 'data', validator))
  try {
    const rows = await store.kysely
      .selectFrom('judgement')
      .select(['verdict'])
      .where('miner_key', 'like', `${hotkey}@%`)
      .where('round', '<=', round)
      .execute()
    // Its own writer's JSON.
    const verdicts = rows.map(({ verdict }) => JSON.parse(verdict) as Verdict)
    const tokens = verdicts.reduce((sum, { kind, evidence }) => sum + (kind === 'unaudited' ? 0 : Number(evidence.tokens ?? 0)), 0)
    return { requests: verdicts.length, tokens }
  } finally {
    await store.close()
  }
}
