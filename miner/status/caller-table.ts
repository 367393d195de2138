/** What one caller got. */
export interface CallerCounts {
  readonly answers: number
  readonly promptTokens: number
  readonly completionTokens: number
}

/** Counts for each caller, for a bounded number of them. */
export interface CallerTable {
  add(caller: string, more: CallerCounts): void
  /** Every caller with its counts; who was not seen for longest is counted under `otherCallers` when there are too many. */
  list(): ReadonlyArray<readonly [caller: string, counts: CallerCounts]>
}

/** All who have no row of their own. */
export const otherCallers = 'others'

/** An empty table with at most `most` rows beside that of the others. */
export function createCallerTable(most = 64): CallerTable {
  // In the order in which they were last seen.
  const rows = new Map<string, CallerCounts>()
  let others: CallerCounts | undefined
  return {
    add(caller, more) {
      const counts = sum(rows.get(caller), more)
      rows.delete(caller)
      rows.set(caller, counts)
      if (rows.size <= most) return
      const [oldest] = rows
      if (oldest === undefined) return
      rows.delete(oldest[0])
      others = sum(others, oldest[1])
    },
    list: () => [...rows, ...(others === undefined ? [] : [[otherCallers, others] as const])],
  }
}

function sum(known: CallerCounts | undefined, more: CallerCounts): CallerCounts {
  if (known === undefined) return more
  return {
    answers: known.answers + more.answers,
    promptTokens: known.promptTokens + more.promptTokens,
    completionTokens: known.completionTokens + more.completionTokens,
  }
}
