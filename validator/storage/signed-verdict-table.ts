import type { Transaction } from 'kysely'
import type { Store } from './open-store.ts'
import type { Tables } from './schema.ts'

/** One signed verdict as stored. */
export interface SignedRow {
  readonly requestId: string
  readonly minerKey: string
  readonly receiptDigest: string | null
  /** Canonical JSON of a SignedVerdict. */
  readonly json: string
}

/** Stores a round's signed verdicts, as part of its settlement. */
export async function saveSignedVerdicts(transaction: Transaction<Tables>, round: number, rows: readonly SignedRow[]): Promise<void> {
  for (const { requestId, minerKey, receiptDigest, json } of rows)
    await transaction
      .insertInto('signed_verdict')
      .values({
        ...{ request_id: requestId, round, miner: hotkeyOf(minerKey), receipt_digest: receiptDigest, json },
      })
      .execute()
}

/** Finds a signed verdict by request id or receipt digest; null where there is none. */
export async function findSignedVerdict({ kysely }: Store, id: string): Promise<{ requestId: string; round: number; json: string } | null> {
  const row = await kysely
    .selectFrom('signed_verdict')
    .select(['request_id', 'round', 'json'])
    .where(({ or, eb }) => or([eb('request_id', '=', id), eb('receipt_digest', '=', id)]))
    .orderBy('place')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { requestId: row.request_id, round: row.round, json: row.json }
}

/** Whether a hotkey has any verdict here. */
export async function hasVerdicts({ kysely }: Store, miner: string): Promise<boolean> {
  return (await kysely.selectFrom('signed_verdict').select('place').where('miner', '=', miner).limit(1).executeTakeFirst()) !== undefined
}

/** One miner's signed verdicts after a place, oldest first, each with its own place. */
export async function readVerdictsOf(
  { kysely }: Store,
  miner: string,
  after: number,
  limit: number,
): Promise<Array<{ place: number; json: string }>> {
  return kysely
    .selectFrom('signed_verdict')
    .select(['place', 'json'])
    .where('miner', '=', miner)
    .where('place', '>', after)
    .orderBy('place')
    .limit(limit)
    .execute()
}

function hotkeyOf(minerKey: string): string {
  return minerKey.slice(0, minerKey.indexOf('@'))
}
