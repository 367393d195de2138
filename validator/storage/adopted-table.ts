import type { Foreign } from '../weights/reconcile.ts'
import type { Store } from './open-store.ts'

/** What our hotkey did without this journal and was accepted as the past. */
export interface Adopted {
  readonly blocks: ReadonlySet<number>
  readonly commits: ReadonlySet<string>
  /** No submission before this block; null where nothing is to be waited for. */
  readonly quietUntilBlock: number | null
}

/** Takes what the chain shows as the past of this hotkey; until `quietUntilBlock` nothing is to be signed. */
export async function saveAdopted({ kysely }: Store, found: readonly Foreign[], quietUntilBlock: number | null): Promise<void> {
  await kysely.transaction().execute(async transaction => {
    for (const { what, block, commit } of found)
      await transaction
        .insertInto('adopted')
        .values({ kind: what === 'weights' ? 'update' : 'commit', value: commit ?? String(block), block, quiet_until: quietUntilBlock })
        .onConflict(conflict => conflict.doNothing())
        .execute()
  })
}

/** Everything that was adopted. */
export async function readAdopted({ kysely }: Store): Promise<Adopted> {
  const rows = await kysely.selectFrom('adopted').selectAll().orderBy('block', 'desc').limit(1_000).execute()
  const quiet = rows.flatMap(({ quiet_until }) => (quiet_until === null ? [] : [quiet_until]))
  return {
    // A commit is an update as well, at its own block.
    blocks: new Set(rows.map(({ block }) => block)),
    commits: new Set(rows.flatMap(({ kind, value }) => (kind === 'commit' ? [value] : []))),
    quietUntilBlock: quiet.length === 0 ? null : Math.max(...quiet),
  }
}
