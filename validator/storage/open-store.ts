import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { type OpenedDatabase, openDatabase } from '../../shared/storage/open-database.ts'
import { migrations, type Tables } from './schema.ts'

export type Store = OpenedDatabase<Tables>

/** Opens a validator's database in its data folder, or in memory where none is given. */
export function openStore(folder: string | null): Store {
  return openDatabase<Tables>(folder === null ? ':memory:' : fileIn(folder), migrations)
}

/** Opens the database that a validator left in a folder; throws VALIDATOR_NO_STORE where there is none: looking must not create one. */
export function openExistingStore(folder: string): Store {
  if (!existsSync(fileIn(folder))) throw new AssayError('VALIDATOR_NO_STORE', { file: fileIn(folder) })
  return openStore(folder)
}

function fileIn(folder: string): string {
  return join(folder, 'validator.sqlite')
}
