import { AssayError } from '../../shared/errors/assay-error.ts'
import { canonicalJson } from '../../shared/protocol/canonical-json.ts'
import type { Store } from './open-store.ts'

/** Reads a value that must stay the same over restarts, writing it where there is none yet. */
export async function readOrCreateSetting(store: Store, name: string, create: () => string): Promise<string> {
  await store.kysely
    .insertInto('setting')
    .values({ name, value: create() })
    .onConflict(conflict => conflict.column('name').doNothing())
    .execute()
  return (await readSetting(store, name)) ?? ''
}

/** The value of a setting; null where it was never written. */
export async function readSetting({ kysely }: Store, name: string): Promise<string | null> {
  return (await kysely.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value ?? null
}

/** What a validator's scores belong to. */
export interface Duty {
  readonly genesisHash: string
  readonly netuid: number
  readonly hotkey: string
}

/** Ties the database to one chain, subnet and hotkey; throws VALIDATOR_OTHER_DUTY where it was written for another. */
export async function assertDuty(store: Store, duty: Duty, folder: string): Promise<void> {
  const asked = canonicalJson({ ...duty })
  const found = await readOrCreateSetting(store, 'duty', () => asked)
  if (found !== asked) throw new AssayError('VALIDATOR_OTHER_DUTY', { folder, found, asked })
}
