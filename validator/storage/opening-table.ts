import { isAssayError } from '../../shared/errors/assay-error.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { type OpeningRecord, parseOpeningRecord } from '../../shared/protocol/opening.ts'
import type { Store } from './open-store.ts'

/** Stores what came back for one opening, once: a second one for the same request changes nothing. */
export async function saveOpening({ kysely }: Store, round: number, requestId: string, record: OpeningRecord): Promise<void> {
  const json = canonicalJson(record as unknown as Json)
  await kysely
    .insertInto('opening')
    .values({ request_id: requestId, round, json })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** The openings of a round by request id; one that cannot be read any more was changed, and is left out: the round's evidence digest then differs. */
export async function readOpenings({ kysely }: Store, round: number): Promise<Map<string, OpeningRecord>> {
  const rows = await kysely.selectFrom('opening').select(['request_id', 'json']).where('round', '=', round).execute()
  return new Map(
    rows.flatMap(({ request_id, json }) => {
      const record = readRecord(json)
      return record === null ? [] : [[request_id, record] as const]
    }),
  )
}

function readRecord(json: string): OpeningRecord | null {
  try {
    return parseOpeningRecord(JSON.parse(json))
  } catch (error) {
    if (error instanceof SyntaxError || isAssayError(error, 'PROTO_SHAPE')) return null
    throw error
  }
}

/** One opening by its request id; null where none was asked for. */
export async function readOpening({ kysely }: Store, requestId: string): Promise<OpeningRecord | null> {
  const row = await kysely.selectFrom('opening').select('json').where('request_id', '=', requestId).executeTakeFirst()
  return row === undefined ? null : readRecord(row.json)
}
