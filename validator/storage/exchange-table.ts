import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { Arrival, Exchange } from '../query/exchange.ts'
import type { Store } from './open-store.ts'

export type SentRequest = Omit<Exchange, 'arrival'>

/** Stores a request right before it is sent. */
export async function saveSent({ kysely }: Store, sent: SentRequest): Promise<void> {
  await kysely
    .insertInto('exchange')
    .values({
      request_id: sent.ask.assay.requestId,
      round: sent.round,
      miner_key: minerKey(sent.miner),
      sent_block: sent.sentBlock,
      deadline_block: sent.ask.assay.deadlineBlock,
      request: canonicalJson(sent as unknown as Json),
      arrival: null,
    })
    .execute()
}

/** Stores what came back, once: a second arrival for one request changes nothing. */
export async function saveArrival({ kysely }: Store, requestId: string, arrival: Arrival): Promise<void> {
  await kysely
    .updateTable('exchange')
    .set({ arrival: canonicalJson(arrival as unknown as Json) })
    .where('request_id', '=', requestId)
    .where('arrival', 'is', null)
    .execute()
}

/** A round's exchanges in the order of their request ids; a request whose arrival was never stored is our own loss. */
export async function readExchanges({ kysely }: Store, round: number): Promise<Exchange[]> {
  const rows = await kysely.selectFrom('exchange').select(['request', 'arrival']).where('round', '=', round).orderBy('request_id').execute()
  return rows.map(({ request, arrival }) => ({ ...parseSent(request), arrival: arrival === null ? lost : parseArrival(arrival) }))
}

/** One exchange by its request id; null where it is unknown. */
export async function readExchange({ kysely }: Store, requestId: string): Promise<Exchange | null> {
  const row = await kysely.selectFrom('exchange').select(['request', 'arrival']).where('request_id', '=', requestId).executeTakeFirst()
  if (row === undefined) return null
  return { ...parseSent(row.request), arrival: row.arrival === null ? lost : parseArrival(row.arrival) }
}

const lost: Arrival = { kind: 'none', reason: 'lost', detail: 'the validator was restarted', elapsedMs: 0, ours: true }

// Both columns are written above alone, as the types' canonical JSON.
function parseSent(json: string): SentRequest {
  return JSON.parse(json) as SentRequest
}

function parseArrival(json: string): Arrival {
  return JSON.parse(json) as Arrival
}

/** The latest deadline block of a round's requests; null where it has none. */
export async function readLastDeadline({ kysely }: Store, round: number): Promise<number | null> {
  const row = await kysely
    .selectFrom('exchange')
    .select(({ fn }) => fn.max('deadline_block').as('last'))
    .where('round', '=', round)
    .executeTakeFirst()
  return row?.last ?? null
}
