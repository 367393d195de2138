import { sql } from 'kysely'
import { maxUnanswered, type UnansweredReceipt } from '../../shared/protocol/unanswered-receipt.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import { readExchange } from './exchange-table.ts'
import type { Store } from './open-store.ts'

export interface UnansweredQuery {
  /** Last finalised block. */
  readonly block: number
  /** Blocks after its deadline block in which a receipt's verdict is due. */
  readonly dueAfter: number
  /** Hotkey of the miner; of all miners without it. */
  readonly miner?: string
}

/** The receipts without a verdict that were due before a block, oldest first, at most a page of them, each with the reason that the store shows. */
export async function readUnanswered(store: Store, { block, dueAfter, miner }: UnansweredQuery): Promise<UnansweredReceipt[]> {
  const { kysely } = store
  const oldest = await kysely
    .selectFrom('round')
    .select(({ fn }) => fn.min('number').as('number'))
    .where('status', 'in', ['asking', 'asked'])
    .executeTakeFirst()
  if (oldest === undefined || oldest.number === null) return []
  let query = kysely
    .selectFrom('exchange')
    .innerJoin('round', 'round.number', 'exchange.round')
    .select([
      'exchange.request_id as requestId',
      'exchange.deadline_block as deadlineBlock',
      'round.number as round',
      'round.status as status',
    ])
    .where('round.status', 'in', ['asking', 'asked'])
    .where('exchange.deadline_block', '<', block - dueAfter)
    .where(sql<string>`json_extract(exchange.arrival, '$.kind')`, 'in', ['answer', 'partial'])
  if (miner !== undefined) query = query.where('exchange.miner_key', 'like', `${miner}@%`)
  const rows = await query.orderBy('exchange.deadline_block').orderBy('exchange.request_id').limit(maxUnanswered).execute()
  return Promise.all(
    rows.map(async ({ requestId, deadlineBlock, round, status }) => {
      const exchange = await readExchange(store, requestId)
      return {
        ...{ requestId, deadlineBlock, round, dueBlock: deadlineBlock + dueAfter },
        receiptDigest: exchange === null ? null : receiptDigestOf(exchange.arrival),
        reason: reasonOf(round, status, Number(oldest.number)),
      }
    }),
  )
}

function reasonOf(round: number, status: string, oldest: number): string {
  if (status === 'asking') return `round ${round} is still open: its end could not be stored`
  if (round > oldest) return `round ${round} waits for round ${oldest}, which is not settled; rounds are settled in order`
  return `round ${round} is not settled: its audit beacons are not read, or judging it failed`
}

/** Whether a hotkey was asked in a round that is not settled. */
export async function isAskedNow({ kysely }: Store, miner: string): Promise<boolean> {
  const row = await kysely
    .selectFrom('exchange')
    .innerJoin('round', 'round.number', 'exchange.round')
    .select('exchange.request_id')
    .where('round.status', 'in', ['asking', 'asked'])
    .where('exchange.miner_key', 'like', `${miner}@%`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
