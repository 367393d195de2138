import type { Selectable } from 'kysely'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { eraBlocks, type Intent, type IntentDraft, type IntentStatus, type WeightsForm } from '../weights/intent.ts'
import type { IntentChange } from '../weights/reconcile.ts'
import type { Store } from './open-store.ts'
import type { Tables } from './schema.ts'

/** Intents that are kept: some weeks of them. */
const kept = 10_000
/** Stores an intent before anything of it is signed; returns its id. What is older than the journal's length is forgotten. */
export async function saveIntent({ kysely }: Store, draft: IntentDraft): Promise<number> {
  const { id } = await kysely
    .insertInto('intent')
    .values({
      ...{ form: draft.form, status: 'intent', epoch: draft.epoch, round: draft.round },
      vector: canonicalJson({ ...draft.vector, targets: draft.targets } as unknown as Json),
      version_key: draft.versionKey.toString(),
      commit_hex: draft.commit,
      salt: draft.salt === null ? null : JSON.stringify(draft.salt),
      reveal_round: draft.revealRound?.toString() ?? null,
      ...{ sent_after_block: null, sent_block: null, block: null, attempts: 0, reveals: 0, reveal_block: null, error: null },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await kysely
    .deleteFrom('intent')
    .where('id', '<=', id - kept)
    .execute()
  return id
}

/** Marks an intent as sent at a head, with what is final then, right before it is: whatever happens from here on, it may be on the chain. */
export async function markSent({ kysely }: Store, id: number, head: number, finalBlock: number): Promise<void> {
  await kysely
    .updateTable('intent')
    .set(({ eb, fn, val }) => ({
      sent_after_block: fn.coalesce('sent_after_block', val(finalBlock)),
      status: 'sent',
      sent_block: head,
      block: null,
      error: null,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

/** Marks an attempt to reveal a hash commit, right before it is sent. */
export async function markReveal({ kysely }: Store, id: number, head: number): Promise<void> {
  await kysely
    .updateTable('intent')
    .set(({ eb }) => ({ reveal_block: head, reveals: eb('reveals', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Writes down what became of intents, all or none. */
export async function saveChanges({ kysely }: Store, changes: readonly IntentChange[]): Promise<void> {
  if (changes.length === 0) return
  await kysely.transaction().execute(async transaction => {
    for (const { id, ...change } of changes)
      await transaction
        .updateTable('intent')
        .set({ ...change })
        .where('id', '=', id)
        .execute()
  })
}

/** The intents that the chain may still change or that its present state may come from, oldest first. */
export async function readLiveIntents({ kysely }: Store, head: number): Promise<Intent[]> {
  const rows = await kysely
    .selectFrom('intent')
    .selectAll()
    .where(({ or, and, eb }) =>
      or([
        eb('status', 'in', ['intent', 'sent', 'included']),
        // A commit that is final still waits to be opened.
        and([eb('status', '=', 'finalised'), eb('form', '!=', 'set-weights')]),
        eb('sent_block', '>=', head - 2 * eraBlocks),
      ]),
    )
    .orderBy('id')
    .execute()
  return rows.map(intentOf)
}

/** The newest intent that the chain took, as far as we saw; null where there is none. */
export async function readNewestTaken({ kysely }: Store): Promise<Intent | null> {
  const row = await kysely
    .selectFrom('intent')
    .selectAll()
    .where('status', 'in', ['included', 'finalised', 'revealed', 'expired'])
    .where('block', 'is not', null)
    .orderBy('block', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : intentOf(row)
}

/** Whether this journal has ever held an intent. */
export async function hasIntents({ kysely }: Store): Promise<boolean> {
  return (await kysely.selectFrom('intent').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** The blocks of updates that this journal made, newest first, as many as matter. */
export async function readTakenBlocks({ kysely }: Store): Promise<number[]> {
  const rows = await kysely.selectFrom('intent').select('block').where('block', 'is not', null).orderBy('block', 'desc').limit(64).execute()
  return rows.flatMap(({ block }) => (block === null ? [] : [block]))
}

/** Those of some commits that this journal made, however long ago. */
export async function readOwnCommits({ kysely }: Store, commits: readonly string[]): Promise<string[]> {
  const rows = await kysely.selectFrom('intent').select('commit_hex').where('commit_hex', 'in', commits).execute()
  return rows.flatMap(({ commit_hex }) => (commit_hex === null ? [] : [commit_hex]))
}

function intentOf(row: Selectable<Tables['intent']>): Intent {
  // Every column is written above alone.
  const { targets, ...vector } = JSON.parse(row.vector) as Intent['vector'] & Pick<Intent, 'targets'>
  return {
    ...{ id: row.id, form: row.form as WeightsForm, status: row.status as IntentStatus, epoch: row.epoch, round: row.round },
    ...{ vector, targets, versionKey: BigInt(row.version_key), commit: row.commit_hex },
    salt: row.salt === null ? null : (JSON.parse(row.salt) as number[]),
    revealRound: row.reveal_round === null ? null : BigInt(row.reveal_round),
    ...{
      sentAfterBlock: row.sent_after_block,
      sentBlock: row.sent_block,
      block: row.block,
      attempts: row.attempts,
      reveals: row.reveals,
      revealBlock: row.reveal_block,
      error: row.error,
    },
  }
}
