import { AssayError } from '../../shared/errors/assay-error.ts'
import type { OpenedDatabase } from '../../shared/storage/open-database.ts'

/** Schema of requests.db: the ids used lately, and the pairs of callers and addresses that proved themselves. */
export const usedIdsMigrations = [
  'CREATE TABLE used_ids (caller TEXT NOT NULL, id TEXT NOT NULL, usedMs INTEGER NOT NULL, PRIMARY KEY (caller, id)) WITHOUT ROWID; CREATE INDEX used_ids_by_time ON used_ids (usedMs)',
  // Memory answers every question; what is on disk is only read at the next start, so a row is added at the end and nothing is sorted.
  'CREATE TABLE ids (caller TEXT NOT NULL, id TEXT NOT NULL, usedMs INTEGER NOT NULL); INSERT INTO ids SELECT caller, id, usedMs FROM used_ids ORDER BY usedMs; DROP TABLE used_ids',
  'CREATE TABLE proven_pairs (caller TEXT NOT NULL, network TEXT NOT NULL, provenMs INTEGER NOT NULL, PRIMARY KEY (caller, network)) WITHOUT ROWID',
]

export interface UsedIdsOptions {
  readonly database: Pick<OpenedDatabase<unknown>, 'sqlite'>
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** How long an id is kept: far longer than the time window, so that a corrected clock opens no gap. */
  readonly keepMs?: number
  readonly limitPerCaller?: number
}

export interface UsedIds {
  /** Throws MINER_REPLAYED where the id was taken; stores nothing. */
  assertFree(caller: string, id: string): void
  /** Takes an id for good; throws MINER_REPLAYED where it was taken, MINER_IDS_FULL where the caller has no place left. Only for proven requests. */
  use(caller: string, id: string): void
  /** Ids held now. */
  size(): number
}

/** The request ids used lately: in memory for the look-up, on disk for the next start. */
export function openUsedIds({ database: { sqlite }, nowMs, keepMs = 60_000, limitPerCaller = 16_384 }: UsedIdsOptions): UsedIds {
  // Killing the process loses nothing of it; only a power cut does, and after one the time window has passed.
  sqlite.pragma('synchronous = NORMAL')
  const insert = sqlite.prepare<[string, string, number]>('INSERT INTO ids (caller, id, usedMs) VALUES (?, ?, ?)')
  // Rows stand in the order of their times: only the old ones are looked at.
  const firstKept = sqlite.prepare<[number], { rowid: number }>('SELECT rowid FROM ids WHERE usedMs >= ? ORDER BY rowid LIMIT 1')
  const removeBefore = sqlite.prepare<[number]>('DELETE FROM ids WHERE rowid < ?')
  const removeOld = (olderThanMs: number) => removeBefore.run(firstKept.get(olderThanMs)?.rowid ?? Number.MAX_SAFE_INTEGER)
  const callers = new Map<string, Map<string, number>>()
  const idsOf = (caller: string) => {
    const ids = callers.get(caller) ?? new Map<string, number>()
    callers.set(caller, ids)
    return ids
  }
  removeOld(nowMs() - keepMs)
  const rows = sqlite.prepare<[], { caller: string; id: string; usedMs: number }>('SELECT caller, id, usedMs FROM ids ORDER BY rowid').all()
  for (const { caller, id, usedMs } of rows) idsOf(caller).set(id, usedMs)

  let prunedMs = nowMs()
  const prune = (now: number) => {
    if (Math.abs(now - prunedMs) < keepMs / 10) return
    prunedMs = now
    removeOld(now - keepMs)
    for (const [caller, ids] of callers) {
      for (const [id, usedMs] of ids) {
        if (usedMs >= now - keepMs) break
        ids.delete(id)
      }
      if (ids.size === 0) callers.delete(caller)
    }
  }
  return {
    assertFree(caller, id) {
      if (callers.get(caller)?.has(id) === true) throw new AssayError('MINER_REPLAYED')
    },
    use(caller, id) {
      const now = nowMs()
      prune(now)
      const ids = idsOf(caller)
      if (ids.has(id)) throw new AssayError('MINER_REPLAYED')
      if (ids.size >= limitPerCaller) throw new AssayError('MINER_IDS_FULL', { limit: limitPerCaller, retryAfterMs: keepMs })
      insert.run(caller, id, now)
      ids.set(id, now)
    },
    size: () => [...callers.values()].reduce((sum, ids) => sum + ids.size, 0),
  }
}
