/** One server behind the miner. */
export interface Replica {
  readonly url: string
  healthy: boolean
  /** Why it is not, for people. */
  problem: string | null
  /** Tokens that it has been asked for and has not given yet. */
  outstandingTokens: number
}

export interface Replicas {
  /** The healthy one with the least work that is not in `tried`; the unhealthy ones only where no other is left, since a probe may be behind. */
  pick(tried: ReadonlySet<Replica>): Replica | null
  list(): readonly Replica[]
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly urls: readonly string[]
  readonly probeEveryMs: number
  /** Rejects where a replica cannot serve now. */
  probe(url: string, signal: AbortSignal): Promise<void>
  onChange(replica: Replica): void
}

/** Watches the replicas: asks each on its own clock whether it can serve, once at the start before anything is sent. */
export async function createReplicas({ urls, probeEveryMs, probe, onChange }: ReplicaOptions): Promise<Replicas> {
  const closed = new AbortController()
  const replicas: Replica[] = urls.map(url => ({ url, healthy: false, problem: 'not asked yet', outstandingTokens: 0 }))
  const look = async (replica: Replica) => {
    const problem = await probe(replica.url, closed.signal).then(
      () => null,
      error => (error instanceof Error ? error.message : String(error)),
    )
    if (closed.signal.aborted) return
    const changed = replica.healthy !== (problem === null)
    replica.healthy = problem === null
    replica.problem = problem
    if (changed) onChange(replica)
  }
  await Promise.all(replicas.map(look))
  const looking = new Map<Replica, Promise<void>>()
  const timer = setInterval(() => {
    for (const replica of replicas)
      if (!looking.has(replica))
        looking.set(
          replica,
          look(replica).finally(() => looking.delete(replica)),
        )
  }, probeEveryMs)
  timer.unref()
  return {
    pick: tried => {
      const left = replicas.filter(replica => !tried.has(replica))
      const healthy = left.filter(replica => replica.healthy)
      return (healthy.length > 0 ? healthy : left).sort((a, b) => a.outstandingTokens - b.outstandingTokens)[0] ?? null
    },
    list: () => replicas,
    async close() {
      clearInterval(timer)
      closed.abort()
      await Promise.all(looking.values())
    },
  }
}
