import type { Store } from './open-store.ts'

/** Reads a value that must stay the same over restarts, writing it where there is none yet. */
export async function readOrCreateSetting({ kysely }: Store, name: string, create: () => string): Promise<string> {
  await kysely
    .insertInto('setting')
    .values({ name, value: create() })
    .onConflict(conflict => conflict.column('name').doNothing())
    .execute()
  return (await kysely.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirstOrThrow()).value
}
