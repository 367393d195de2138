import type { OpenedDatabase } from '../../shared/storage/open-database.ts'

export interface ProvenPairsOptions {
  /** Where they outlast a restart; memory alone where there is none. */
  readonly database?: Pick<OpenedDatabase<unknown>, 'sqlite'>
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** Addresses remembered for one caller, so that none can crowd out the others. */
  readonly limitPerCaller?: number
  /** Pairs remembered in all. */
  readonly limit?: number
}

/** The callers that proved who they are, each with the networks (see networkOf) it did that from. */
export interface ProvenPairs {
  has(caller: string, network: string): boolean
  add(caller: string, network: string): void
  callersAt(network: string): ReadonlySet<string>
}

const keepMs = 30 * 86_400_000
/** A pair in use is written again this often. */
const renewMs = 86_400_000
const nobody: ReadonlySet<string> = new Set()

interface Row {
  readonly caller: string
  readonly network: string
  readonly provenMs: number
}

/** Remembers proven pairs, on the tables of requests.db; the one proven longest ago goes first. */
export function openProvenPairs({ database, nowMs, limitPerCaller = 16, limit = 4_096 }: ProvenPairsOptions): ProvenPairs {
  const sqlite = database?.sqlite
  const write = sqlite?.prepare<[string, string, number]>('REPLACE INTO proven_pairs (caller, network, provenMs) VALUES (?, ?, ?)')
  const remove = sqlite?.prepare<[string, string]>('DELETE FROM proven_pairs WHERE caller = ? AND network = ?')
  // Both in the order of their times: a renewed pair is put at the end.
  const pairs = new Map<string, Row>()
  const networks = new Map<string, Set<string>>()
  const keyOf = (caller: string, network: string) => `${caller} ${network}`
  const drop = ({ caller, network }: Row) => {
    pairs.delete(keyOf(caller, network))
    const callers = networks.get(network)
    callers?.delete(caller)
    if (callers?.size === 0) networks.delete(network)
    remove?.run(caller, network)
  }
  const put = (row: Row) => {
    const key = keyOf(row.caller, row.network)
    pairs.delete(key)
    const own = [...pairs.values()].filter(({ caller }) => caller === row.caller)
    for (const old of own.slice(0, Math.max(0, own.length - limitPerCaller + 1))) drop(old)
    const oldest = pairs.values().next()
    if (pairs.size >= limit && !oldest.done) drop(oldest.value)
    pairs.set(key, row)
    const callers = networks.get(row.network) ?? new Set()
    networks.set(row.network, callers.add(row.caller))
  }
  sqlite?.prepare<[number]>('DELETE FROM proven_pairs WHERE provenMs < ?').run(nowMs() - keepMs)
  for (const row of sqlite?.prepare<[], Row>('SELECT caller, network, provenMs FROM proven_pairs ORDER BY provenMs').all() ?? []) put(row)
  return {
    has: (caller, network) => pairs.has(keyOf(caller, network)),
    add(caller, network) {
      const now = nowMs()
      const known = pairs.get(keyOf(caller, network))
      if (known !== undefined && Math.abs(now - known.provenMs) < renewMs) return
      put({ caller, network, provenMs: now })
      write?.run(caller, network, now)
    },
    callersAt: network => networks.get(network) ?? nobody,
  }
}
