import Database from 'better-sqlite3'
import type { StateView } from './state-view.ts'

export interface StoredBlock {
  readonly number: number
  /** 0x hex. */
  readonly hash: string
  readonly header: Uint8Array
  readonly extrinsics: readonly Uint8Array[]
}

export type StateChange = readonly [key: string, value: Uint8Array | null]

const schema = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS undo (key TEXT NOT NULL, block INTEGER NOT NULL, old BLOB, PRIMARY KEY (key, block)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS undo_by_block ON undo (block);
  CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, header BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS extrinsic (block INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (block, position)) WITHOUT ROWID;
`
// Reads of a block's state repeat a lot; past this many keys the cache starts over.
const maxCached = 50_000

/**
 * The chain on disk: the state of the head, the blocks, and for each recent block what its changes replaced. One block is one
 * transaction, so a killed process finds its last whole block. Reads at older blocks, and dropping blocks that are not final,
 * go through those differences.
 */
export class ChainStore implements StateView {
  private readonly db: Database.Database
  private readonly cache = new Map<string, Uint8Array | undefined>()

  private readonly statements

  constructor(path: string) {
    this.db = new Database(path, { timeout: 1_000 })
    // Two processes on one file would build two chains: the second is turned away. The lock goes with a killed process.
    this.db.pragma('locking_mode = EXCLUSIVE')
    this.db.pragma('journal_mode = WAL')
    this.db.pragma('synchronous = FULL')
    this.db.exec(schema)
    this.statements = {
      get: this.db.prepare<[string], { value: Uint8Array }>('SELECT value FROM state WHERE key = ?'),
      keys: this.db.prepare<[string, string], { key: string }>('SELECT key FROM state WHERE key >= ? AND key < ? ORDER BY key'),
      put: this.db.prepare('INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
      drop: this.db.prepare('DELETE FROM state WHERE key = ?'),
      putUndo: this.db.prepare('INSERT INTO undo (key, block, old) VALUES (?, ?, ?) ON CONFLICT (key, block) DO NOTHING'),
      pruneUndo: this.db.prepare('DELETE FROM undo WHERE block <= ?'),
      oldValue: this.db.prepare<[string, number], { old: Uint8Array | null }>(
        'SELECT old FROM undo WHERE key = ? AND block > ? ORDER BY block LIMIT 1',
      ),
      oldKeys: this.db.prepare<[string, string, number], { key: string; old: Uint8Array | null }>(
        'SELECT key, old, MIN(block) FROM undo WHERE key >= ? AND key < ? AND block > ? GROUP BY key',
      ),
      undoOf: this.db.prepare<[number], { key: string; old: Uint8Array | null }>('SELECT key, old FROM undo WHERE block = ?'),
      dropUndo: this.db.prepare('DELETE FROM undo WHERE block = ?'),
      changedBetween: this.db.prepare<[string, number, number], { block: number }>(
        'SELECT block FROM undo WHERE key = ? AND block > ? AND block <= ? ORDER BY block',
      ),
      putBlock: this.db.prepare('INSERT INTO block (number, hash, header) VALUES (?, ?, ?)'),
      dropBlock: this.db.prepare('DELETE FROM block WHERE number = ?'),
      putExtrinsic: this.db.prepare('INSERT INTO extrinsic (block, position, bytes) VALUES (?, ?, ?)'),
      dropExtrinsics: this.db.prepare('DELETE FROM extrinsic WHERE block = ?'),
      head: this.db.prepare<[], BlockRow>('SELECT number, hash, header FROM block ORDER BY number DESC LIMIT 1'),
      byNumber: this.db.prepare<[number], BlockRow>('SELECT number, hash, header FROM block WHERE number = ?'),
      byHash: this.db.prepare<[string], BlockRow>('SELECT number, hash, header FROM block WHERE hash = ?'),
      extrinsics: this.db.prepare<[number], { bytes: Uint8Array }>('SELECT bytes FROM extrinsic WHERE block = ? ORDER BY position'),
      meta: this.db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?'),
      putMeta: this.db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'),
    }
  }

  get(key: string): Uint8Array | undefined {
    const known = this.cache.get(key)
    if (known !== undefined || this.cache.has(key)) return known
    const value = this.statements.get.get(key)?.value
    this.remember(key, value)
    return value
  }

  keys(prefix: string): string[] {
    return this.statements.keys.all(prefix, `${prefix}g`).map(row => row.key)
  }

  /** The value that a key had at the end of an older block. */
  getAt(key: string, block: number): Uint8Array | undefined {
    const row = this.statements.oldValue.get(key, block)
    return row === undefined ? this.get(key) : (row.old ?? undefined)
  }

  /** The keys below a prefix at the end of an older block, in order. */
  keysAt(prefix: string, block: number): string[] {
    const keys = new Set(this.keys(prefix))
    for (const { key, old } of this.statements.oldKeys.all(prefix, `${prefix}g`, block)) {
      if (old === null) keys.delete(key)
      else keys.add(key)
    }
    return [...keys].sort()
  }

  /** The blocks in (from, to] that changed a key. */
  changedBlocks(key: string, from: number, to: number): number[] {
    return this.statements.changedBetween.all(key, from, to).map(row => row.block)
  }

  /** The oldest block whose state can still be read. */
  oldestReadable(): number {
    return Number(this.meta('oldest') ?? 0)
  }

  /** Appends a block with its changes and forgets differences at or before `pruneTo`; all of it or nothing. */
  appendBlock(block: StoredBlock, changes: readonly StateChange[], meta: Readonly<Record<string, string>>, pruneTo: number): void {
    this.transaction(() => {
      this.statements.putBlock.run(block.number, block.hash, block.header)
      block.extrinsics.forEach((bytes, position) => {
        this.statements.putExtrinsic.run(block.number, position, bytes)
      })
      this.writeChanges(block.number, changes)
      for (const [name, value] of Object.entries(meta)) this.statements.putMeta.run(name, value)
      if (pruneTo > this.oldestReadable()) {
        this.statements.pruneUndo.run(pruneTo)
        this.statements.putMeta.run('oldest', String(pruneTo))
      }
    })
  }

  /** Changes the state of the head after the fact, as part of the head's difference. */
  changeHead(block: number, changes: readonly StateChange[]): void {
    this.transaction(() => this.writeChanges(block, changes))
  }

  /** Drops the head block and puts back what it replaced; gives the keys that it had changed. */
  dropHead(block: number, meta: Readonly<Record<string, string>>): string[] {
    const undone = this.statements.undoOf.all(block)
    this.transaction(() => {
      for (const { key, old } of undone) this.writeState(key, old)
      this.statements.dropUndo.run(block)
      this.statements.dropExtrinsics.run(block)
      this.statements.dropBlock.run(block)
      for (const [name, value] of Object.entries(meta)) this.statements.putMeta.run(name, value)
    })
    return undone.map(({ key }) => key)
  }

  head(): StoredBlock | undefined {
    return this.withBody(this.statements.head.get())
  }

  blockByNumber(number: number): StoredBlock | undefined {
    return this.withBody(this.statements.byNumber.get(number))
  }

  blockByHash(hash: string): StoredBlock | undefined {
    return this.withBody(this.statements.byHash.get(hash))
  }

  meta(name: string): string | undefined {
    return this.statements.meta.get(name)?.value
  }

  close(): void {
    this.db.close()
  }

  private transaction(run: () => void): void {
    try {
      this.db.transaction(run)()
    } catch (error) {
      // What the cache saw of a transaction that did not happen is wrong.
      this.cache.clear()
      throw error
    }
  }

  private writeChanges(block: number, changes: readonly StateChange[]): void {
    for (const [key, value] of changes) {
      this.statements.putUndo.run(key, block, this.get(key) ?? null)
      this.writeState(key, value)
    }
  }

  private writeState(key: string, value: Uint8Array | null): void {
    if (value === null) this.statements.drop.run(key)
    else this.statements.put.run(key, value)
    this.remember(key, value ?? undefined)
  }

  private remember(key: string, value: Uint8Array | undefined): void {
    if (this.cache.size >= maxCached) this.cache.clear()
    this.cache.set(key, value)
  }

  private withBody(row: BlockRow | undefined): StoredBlock | undefined {
    if (row === undefined) return undefined
    return { ...row, extrinsics: this.statements.extrinsics.all(row.number).map(({ bytes }) => bytes) }
  }
}

interface BlockRow {
  readonly number: number
  readonly hash: string
  readonly header: Uint8Array
}
