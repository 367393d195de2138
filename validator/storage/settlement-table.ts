import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { Verdict } from '../verification/verdict.ts'
import { type ConvictionRow, saveConvictions } from './conviction-table.ts'
import { inTransaction } from './in-transaction.ts'
import type { Store } from './open-store.ts'
import { type SignedRow, saveSignedVerdicts } from './signed-verdict-table.ts'

/** One request's judgement: the verdict, and the packed statistics of the reference run it rests on. */
export interface Judgement {
  readonly verdict: Verdict
  readonly statistics: string | null
}

/** The receipt that used one number of a miner's sequence towards us. */
export interface ReceiptNumber {
  readonly miner: string
  readonly sequence: number
  readonly digest: string
  readonly requestId: string
}

/** A settled round as stored: `inputs` and the judgements' statistics are enough to compute the rest again. */
export interface Settlement {
  readonly round: number
  readonly inputs: Json
  readonly judgements: readonly Judgement[]
  readonly receipts: readonly ReceiptNumber[]
  readonly state: Json
  readonly scores: Json
  readonly signed: readonly SignedRow[]
  readonly convictions: readonly ConvictionRow[]
}

/** Stores verdicts, evidence and scores of a round in one transaction, once: a second settlement of a round is refused by the primary key. */
export async function saveSettlement(store: Store, settlement: Settlement): Promise<void> {
  const { round, inputs, judgements, receipts, state, scores, signed, convictions } = settlement
  await inTransaction(store, async transaction => {
    await transaction
      .insertInto('settlement')
      .values({ round, inputs: canonicalJson(inputs), state: canonicalJson(state), scores: canonicalJson(scores) })
      .execute()
    for (const { verdict, statistics } of judgements) {
      const { requestId: request_id, minerKey: miner_key, kind, code } = verdict
      await transaction
        .insertInto('judgement')
        .values({ request_id, round, miner_key, kind, code, verdict: canonicalJson(verdict as unknown as Json), statistics })
        .execute()
      await transaction
        .insertInto('verdict_count')
        .values({ miner_key, kind, code: code ?? '', count: 1 })
        .onConflict(conflict =>
          conflict.columns(['miner_key', 'kind', 'code']).doUpdateSet(({ eb }) => ({ count: eb('verdict_count.count', '+', 1) })),
        )
        .execute()
    }
    for (const { miner, sequence, digest, requestId } of receipts)
      await transaction
        .insertInto('receipt_number')
        .values({ miner, sequence, digest, request_id: requestId, round })
        .onConflict(conflict => conflict.doNothing())
        .execute()
    await saveSignedVerdicts(transaction, round, signed)
    await saveConvictions(transaction, round, convictions)
    await transaction.updateTable('round').set({ status: 'settled' }).where('number', '=', round).execute()
  })
}

export interface StoredSettlement {
  readonly inputs: string
  readonly state: string
  readonly scores: string
}

/** The canonical JSON of a settled round; null where it is not settled. */
export async function readSettlement({ kysely }: Store, round: number): Promise<StoredSettlement | null> {
  return (await kysely.selectFrom('settlement').select(['inputs', 'state', 'scores']).where('round', '=', round).executeTakeFirst()) ?? null
}

/** The newest settlement before a round; null before the first. */
export async function readSettlementBefore({ kysely }: Store, round: number): Promise<(StoredSettlement & { round: number }) | null> {
  return (
    (await kysely.selectFrom('settlement').selectAll().where('round', '<', round).orderBy('round', 'desc').limit(1).executeTakeFirst()) ??
    null
  )
}

/** The stored judgements of a round, by request id, as canonical JSON. */
export async function readJudgements(
  { kysely }: Store,
  round: number,
): Promise<Array<{ requestId: string; verdict: string; statistics: string | null }>> {
  const rows = await kysely
    .selectFrom('judgement')
    .select(['request_id', 'verdict', 'statistics'])
    .where('round', '=', round)
    .orderBy('request_id')
    .execute()
  return rows.map(({ request_id, verdict, statistics }) => ({ requestId: request_id, verdict, statistics }))
}

/** The packed statistics of one answer's reference run, as canonical JSON; null where none was made. */
export async function readStatistics({ kysely }: Store, requestId: string): Promise<string | null> {
  const row = await kysely.selectFrom('judgement').select('statistics').where('request_id', '=', requestId).executeTakeFirst()
  return row?.statistics ?? null
}

/** The digest that a miner signed under a number before; null where it is new or belongs to the same request. */
export async function readOtherDigest({ kysely }: Store, miner: string, sequence: number, requestId: string): Promise<string | null> {
  const row = await kysely
    .selectFrom('receipt_number')
    .select(['digest', 'request_id'])
    .where('miner', '=', miner)
    .where('sequence', '=', sequence)
    .executeTakeFirst()
  return row === undefined || row.request_id === requestId ? null : row.digest
}

/** The numbers of the settled rounds that are still whole, first and last; null where there is none. */
export async function readSettledRange({ kysely }: Store): Promise<{ first: number; last: number } | null> {
  const row = await kysely
    .selectFrom('round')
    .where('status', '=', 'settled')
    .select(({ fn }) => [fn.min('number').as('first'), fn.max('number').as('last')])
    .executeTakeFirst()
  return row === undefined || row.first === null || row.last === null ? null : { first: row.first, last: row.last }
}

/** How many verdicts of each kind and code each miner has ever got. */
export async function countVerdicts({
  kysely,
}: Store): Promise<Array<{ minerKey: string; kind: string; code: string | null; count: number }>> {
  const rows = await kysely.selectFrom('verdict_count').selectAll().execute()
  return rows.map(({ miner_key, kind, code, count }) => ({ minerKey: miner_key, kind, code: code === '' ? null : code, count }))
}
