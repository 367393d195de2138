import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { AssayError } from '../errors/assay-error.ts'

/** One step of a schema, in order; a step once released is never changed. */
export type Migration = string

export interface OpenedDatabase<Tables> {
  /** Typed queries. */
  readonly kysely: Kysely<Tables>
  /** The same connection, for statements prepared once and synchronous transactions. */
  readonly sqlite: Database.Database
  close(): void
}

/** Opens (or creates) a SQLite file with WAL and synchronous=FULL, checks it, and brings its schema up to date; `:memory:` for none. */
export function openDatabase<Tables>(file: string, migrations: readonly Migration[]): OpenedDatabase<Tables> {
  const sqlite = openChecked(file)
  migrate(sqlite, file, migrations)
  return { kysely: new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) }), sqlite, close: () => sqlite.close() }
}

function openChecked(file: string): Database.Database {
  try {
    const sqlite = new Database(file, { timeout: 5_000 })
    sqlite.pragma('journal_mode = WAL')
    // better-sqlite3 compiles in NORMAL for WAL, which may lose a committed row at power loss.
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    const found = sqlite.pragma('quick_check', { simple: true })
    if (found !== 'ok') throw new Error(String(found))
    return sqlite
  } catch (error) {
    throw new AssayError('STORAGE_DAMAGED', { file, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

function migrate(sqlite: Database.Database, file: string, migrations: readonly Migration[]): void {
  const version = Number(sqlite.pragma('user_version', { simple: true }))
  if (version > migrations.length) throw new AssayError('STORAGE_NEWER', { file, found: version, known: migrations.length })
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue
    sqlite.transaction(() => {
      sqlite.exec(step)
      sqlite.pragma(`user_version = ${index + 1}`)
    })()
  }
}
