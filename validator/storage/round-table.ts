import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import type { Store } from './open-store.ts'

/** A round as stored when it starts: everything that drawing and scoring it again needs. */
export interface RoundRecord {
  readonly number: number
  readonly startBlock: number
  /** The subnet's epoch in which it starts: that epoch's secret draws its audits. */
  readonly epoch: number
  /** Length in blocks. */
  readonly blocks: number
  /** Seconds in which requests were sent; shorter than planned where the validator was stopped meanwhile. */
  readonly seconds: number
  readonly miners: readonly RoundMiner[]
  /** Work units per second offered, by miner key. */
  readonly offered: Readonly<Record<string, number>>
  /** Work carried into the next round, by miner key. */
  readonly carry: Readonly<Record<string, number>>
  /** Work units per second that miners claim in their offers, our part of it, by miner key; left out where no claim counts. */
  readonly claims?: Readonly<Record<string, number>>
  readonly scoringVersion: string
}

/** `pruned` is a settled round whose exchanges are gone: its state is kept where the round after it needs it. */
export type RoundStatus = 'asking' | 'asked' | 'settled' | 'pruned'

/** Stores a round as it starts. */
export async function saveRound({ kysely }: Store, round: RoundRecord): Promise<void> {
  await kysely
    .insertInto('round')
    .values({
      number: round.number,
      status: 'asking',
      start_block: round.startBlock,
      scoring_version: round.scoringVersion,
      json: canonicalJson(round as unknown as Json),
    })
    .execute()
}

/** Marks a round as asked: no request of it will be sent any more. */
export async function markAsked({ kysely }: Store, round: RoundRecord): Promise<void> {
  await kysely
    .updateTable('round')
    .set({ status: 'asked', json: canonicalJson(round as unknown as Json) })
    .where('number', '=', round.number)
    .where('status', '=', 'asking')
    .execute()
}

/** The rounds that are not settled yet, oldest first. */
export async function readUnsettled({ kysely }: Store): Promise<Array<{ round: RoundRecord; status: RoundStatus }>> {
  const rows = await kysely
    .selectFrom('round')
    .select(['json', 'status'])
    .where('status', 'in', ['asking', 'asked'])
    .orderBy('number')
    .execute()
  return rows.map(({ json, status }) => ({ round: parseRound(json), status: status as RoundStatus }))
}

/** The epoch of the oldest round that is not settled yet; null where all are. */
export async function readOldestUnsettledEpoch(store: Store): Promise<number | null> {
  const unsettled = await readUnsettled(store)
  return unsettled.length === 0 ? null : Math.min(...unsettled.map(({ round }) => round.epoch))
}

/** One round and its state; null where it is unknown. */
export async function readRound({ kysely }: Store, number: number): Promise<{ round: RoundRecord; status: RoundStatus } | null> {
  const row = await kysely.selectFrom('round').select(['json', 'status']).where('number', '=', number).executeTakeFirst()
  return row === undefined ? null : { round: parseRound(row.json), status: row.status as RoundStatus }
}

/** The number of the newest round; null before the first. */
export async function readLastRoundNumber({ kysely }: Store): Promise<number | null> {
  const row = await kysely
    .selectFrom('round')
    .select(({ fn }) => fn.max('number').as('last'))
    .executeTakeFirst()
  return row?.last ?? null
}

// Written by saveRound alone; the column is the type's canonical JSON.
function parseRound(json: string): RoundRecord {
  return JSON.parse(json) as RoundRecord
}
