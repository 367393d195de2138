/** Something that waits for its turn. */
export interface FairJob {
  readonly caller: string
  readonly work: number
}

/** Jobs of many callers in an order in which each gets through as much work as its weight allows (start-time fair queueing). */
export interface FairOrder<J extends FairJob> {
  add(job: J): void
  /** The next job of a caller that may have one; it no longer waits. */
  take(may: (caller: string) => boolean): J | undefined
  /** Whether it still waited. */
  remove(job: J): boolean
  /** Work that is got through before a new job of this caller has its turn, when all who wait now keep on sending: its caller's own, and the others' by their weights. */
  workBefore(caller: string): number
  /** The job that gives way to a new one of this caller: the last one of whoever holds most places for its weight. Undefined where that is this caller. */
  displacedBy(caller: string): J | undefined
  callers(): number
  readonly size: number
}

interface Ticket<J> {
  readonly job: J
  start: number
}

/** An empty order; `weightOf` is above 0. */
export function createFairOrder<J extends FairJob>(weightOf: (caller: string) => number): FairOrder<J> {
  const lines = new Map<string, Ticket<J>[]>()
  /** When each caller's last job ends in the order's own time; forgotten once that has passed. */
  const ends = new Map<string, number>()
  let now = 0
  let size = 0

  const startOf = (caller: string) => Math.max(now, ends.get(caller) ?? 0)
  const drop = (caller: string, line: Ticket<J>[], at: number) => {
    const [ticket] = line.splice(at, 1)
    size -= 1
    if (line.length === 0) lines.delete(caller)
    return ticket
  }
  return {
    add(job) {
      const start = startOf(job.caller)
      ends.set(job.caller, start + job.work / weightOf(job.caller))
      const line = lines.get(job.caller) ?? []
      lines.set(job.caller, line)
      line.push({ job, start })
      size += 1
    },
    take(may) {
      let first: Ticket<J> | undefined
      for (const [caller, [ticket]] of lines)
        if (ticket !== undefined && (first === undefined || ticket.start < first.start) && may(caller)) first = ticket
      if (first === undefined) return undefined
      const { caller } = first.job
      drop(caller, lines.get(caller) ?? [], 0)
      now = Math.max(now, first.start)
      for (const [other, end] of ends) if (end <= now && !lines.has(other)) ends.delete(other)
      return first.job
    },
    remove(job) {
      const line = lines.get(job.caller)
      const at = line?.findIndex(ticket => ticket.job === job) ?? -1
      if (line === undefined || at < 0) return false
      drop(job.caller, line, at)
      // Work that is never done may not put off what its caller sends later: those behind it move up.
      const part = job.work / weightOf(job.caller)
      for (const ticket of line.slice(at)) ticket.start = Math.max(now, ticket.start - part)
      ends.set(job.caller, Math.max(now, (ends.get(job.caller) ?? 0) - part))
      return true
    },
    workBefore(caller) {
      const own = lines.get(caller)?.reduce((sum, { job }) => sum + job.work, 0) ?? 0
      let weights = lines.has(caller) ? 0 : weightOf(caller)
      for (const other of lines.keys()) weights += weightOf(other)
      return (own * weights) / weightOf(caller)
    },
    displacedBy(caller) {
      const load = (name: string, more: number) => ((lines.get(name)?.length ?? 0) + more) / weightOf(name)
      let heaviest = caller
      let most = load(caller, 1)
      for (const other of lines.keys()) {
        if (load(other, 0) <= most) continue
        most = load(other, 0)
        heaviest = other
      }
      return heaviest === caller ? undefined : lines.get(heaviest)?.at(-1)?.job
    },
    callers: () => lines.size,
    get size() {
      return size
    },
  }
}
