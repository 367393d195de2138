import type { Transaction } from 'kysely'
import type { Store } from './open-store.ts'
import type { Tables } from './schema.ts'

/** One signed conviction as stored. */
export interface ConvictionRow {
  readonly miner: string
  /** Canonical JSON of a SignedConviction. */
  readonly json: string
}

/** Stores a round's convictions, as part of its settlement. */
export async function saveConvictions(transaction: Transaction<Tables>, round: number, rows: readonly ConvictionRow[]): Promise<void> {
  for (const { miner, json } of rows) await transaction.insertInto('conviction').values({ round, miner, json }).execute()
}

/** The newest convictions of a hotkey, newest first. */
export async function readConvictionsOf({ kysely }: Store, miner: string, limit: number): Promise<string[]> {
  const rows = await kysely
    .selectFrom('conviction')
    .select('json')
    .where('miner', '=', miner)
    .orderBy('place', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ json }) => json)
}
