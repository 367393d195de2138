import type { Store } from './open-store.ts'

/** The newest round whose scores the chain shows as weights: in the open and final, or committed and opened since. null before the first. */
export async function readRevealedRound({ kysely }: Store): Promise<number | null> {
  const row = await kysely
    .selectFrom('intent')
    .select(({ fn }) => fn.max('round').as('round'))
    .where(({ or, and, eb }) => or([eb('status', '=', 'revealed'), and([eb('form', '=', 'set-weights'), eb('status', '=', 'finalised')])]))
    .executeTakeFirst()
  return row?.round ?? null
}
