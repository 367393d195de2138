import { join } from 'node:path'
import { type OpenedDatabase, openDatabase } from '../../shared/storage/open-database.ts'
import { migrations, type Tables } from './schema.ts'

export type Store = OpenedDatabase<Tables>

/** Opens a validator's database in its data folder, or in memory where none is given. */
export function openStore(folder: string | null): Store {
  return openDatabase<Tables>(folder === null ? ':memory:' : join(folder, 'validator.sqlite'), migrations)
}
