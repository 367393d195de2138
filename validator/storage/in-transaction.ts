import type { Transaction } from 'kysely'
import type { Store } from './open-store.ts'
import type { Tables } from './schema.ts'

/** Runs work in one transaction and rejects with what the work threw: after some faults SQLite has rolled back by itself, and the failure of a second rollback would hide the cause. */
export async function inTransaction<T>({ kysely }: Store, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
  const failures: unknown[] = []
  try {
    return await kysely.transaction().execute(async transaction => {
      try {
        return await work(transaction)
      } catch (error) {
        failures.push(error)
        throw error
      }
    })
  } catch (error) {
    throw failures[0] ?? error
  }
}
