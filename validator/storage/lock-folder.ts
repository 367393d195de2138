import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AssayError } from '../../shared/errors/assay-error.ts'

/**
 * Creates a data folder where there is none and takes it for this process; returns what gives it back. The lock is the operating
 * system's, so that it ends with its holder however that dies. Throws VALIDATOR_LOCKED with the holder's process id, STORAGE_DAMAGED
 * where the folder cannot be used.
 */
export function lockFolder(folder: string): () => void {
  const lock = takeLock(folder)
  const name = join(folder, 'validator.pid')
  writeFileSync(name, `${process.pid}\n`)
  return () => {
    rmSync(name, { force: true })
    lock.close()
  }
}

function takeLock(folder: string): Database.Database {
  const file = join(folder, 'validator.lock')
  let lock: Database.Database | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = new Database(file, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')
      throw new AssayError('VALIDATOR_LOCKED', { folder, holder: readHolder(folder) }, { cause: error })
    throw new AssayError('STORAGE_DAMAGED', { file, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

function readHolder(folder: string): string {
  try {
    return readFileSync(join(folder, 'validator.pid'), 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
