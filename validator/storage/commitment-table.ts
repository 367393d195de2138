import type { Selectable } from 'kysely'
import type { CommitmentRecord } from '../audit/plan-commitment.ts'
import type { Store } from './open-store.ts'
import type { Tables } from './schema.ts'

/** Epochs that are remembered: some months of them. */
const kept = 10_000

/** Stores what will be committed to for an epoch, before anything of it is signed; what is stored already stays. */
export async function saveCommitment(
  { kysely }: Store,
  { epoch, fields, discloses }: Pick<CommitmentRecord, 'epoch' | 'fields' | 'discloses'>,
): Promise<void> {
  await kysely
    .insertInto('commitment')
    .values({ epoch, fields: JSON.stringify(fields), discloses, attempts: 0, sent_block: null, block: null, final: 0 })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await kysely
    .deleteFrom('commitment')
    .where('epoch', '<=', epoch - kept)
    .execute()
}

/** Marks it as sent, right before it is: whatever happens from here on, it may be on the chain. */
export async function markCommitmentSent({ kysely }: Store, epoch: number, head: number): Promise<void> {
  await kysely
    .updateTable('commitment')
    .set(({ eb }) => ({ sent_block: head, attempts: eb('attempts', '+', 1) }))
    .where('epoch', '=', epoch)
    .execute()
}

/** Writes down the block that holds it, null where none does any more, and whether that block is final. */
export async function placeCommitment({ kysely }: Store, epoch: number, block: number | null, isFinal: boolean): Promise<void> {
  await kysely
    .updateTable('commitment')
    .set({ block, final: isFinal ? 1 : 0 })
    .where('epoch', '=', epoch)
    .execute()
}

/** The commitments to these epochs and later ones, oldest first. */
export async function readCommitmentsFrom({ kysely }: Store, epoch: number): Promise<CommitmentRecord[]> {
  const rows = await kysely.selectFrom('commitment').selectAll().where('epoch', '>=', epoch).orderBy('epoch').execute()
  return rows.map(recordOf)
}

/** The final block of the commitment to an epoch's secret; null where there is none. */
export async function readCommitmentBlock({ kysely }: Store, epoch: number): Promise<number | null> {
  const row = await kysely.selectFrom('commitment').select('block').where('epoch', '=', epoch).where('final', '=', 1).executeTakeFirst()
  return row?.block ?? null
}

/** The oldest epoch up to `last` that was committed to and whose secret no final commitment discloses yet; null where there is none. */
export async function readUndisclosedEpoch({ kysely }: Store, last: number): Promise<number | null> {
  const row = await kysely
    .selectFrom('commitment')
    .select(({ fn }) => fn.min('epoch').as('epoch'))
    .where('final', '=', 1)
    .where('epoch', '<=', last)
    .where('epoch', 'not in', ({ selectFrom }) =>
      selectFrom('commitment')
        .select('discloses')
        .where('final', '=', 1)
        .where('discloses', 'is not', null)
        .$castTo<{ discloses: number }>(),
    )
    .executeTakeFirst()
  return row?.epoch ?? null
}

/** The final commitment to an epoch's secret; null where there is none. */
export async function readFinalCommitment({ kysely }: Store, epoch: number): Promise<CommitmentRecord | null> {
  const row = await kysely.selectFrom('commitment').selectAll().where('epoch', '=', epoch).where('final', '=', 1).executeTakeFirst()
  return row === undefined ? null : recordOf(row)
}

/** Whether the finalised chain discloses an epoch's secret. */
export async function isDisclosed({ kysely }: Store, epoch: number): Promise<boolean> {
  const row = await kysely.selectFrom('commitment').select('epoch').where('discloses', '=', epoch).where('final', '=', 1).executeTakeFirst()
  return row !== undefined
}

function recordOf(row: Selectable<Tables['commitment']>): CommitmentRecord {
  return {
    epoch: row.epoch,
    // Written above alone.
    fields: JSON.parse(row.fields) as string[],
    discloses: row.discloses,
    attempts: row.attempts,
    sentBlock: row.sent_block,
    block: row.block,
    isFinal: row.final === 1,
  }
}
