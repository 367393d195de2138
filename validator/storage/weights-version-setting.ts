import type { Store } from './open-store.ts'
import { readSetting } from './setting-table.ts'

const name = 'weights-version'

/**
 * The version key that the owner asked for when this release (program and rules) first met the subnet; null where it has not yet. A key
 * that is raised later asks for a newer release: claiming it would be a lie.
 */
export async function readWeightsVersion(store: Store, release: string): Promise<bigint | null> {
  const stored = await readSetting(store, name)
  if (stored === null) return null
  // Written below alone.
  const met = JSON.parse(stored) as { release: string; key: string }
  return met.release === release ? BigInt(met.key) : null
}

/** Remembers the key that a release met first. */
export async function saveWeightsVersion({ kysely }: Store, release: string, key: bigint): Promise<void> {
  const value = JSON.stringify({ release, key: key.toString() })
  await kysely
    .insertInto('setting')
    .values({ name, value })
    .onConflict(conflict => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
