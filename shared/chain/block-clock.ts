import type { BlockHead, ChainPort } from './chain-port.ts'

/** Follows a chain's heads: the newest ones at hand at once, and a call on each. Heights never step back. */
export interface BlockClock {
  best(): BlockHead
  finalised(): BlockHead
  /** Calls back on each new height until the returned function is called. */
  onBest(call: (head: BlockHead) => void): () => void
  onFinalised(call: (head: BlockHead) => void): () => void
  stop(): void
}

/** Starts a clock on a connected chain. */
export async function startBlockClock(chain: ChainPort, signal?: AbortSignal): Promise<BlockClock> {
  const [best, finalised] = await Promise.all([follow(chain, 'best', signal), follow(chain, 'finalised', signal)])
  return {
    best: best.head,
    finalised: finalised.head,
    onBest: best.subscribe,
    onFinalised: finalised.subscribe,
    stop: () => {
      best.stop()
      finalised.stop()
    },
  }
}

async function follow(chain: ChainPort, kind: 'best' | 'finalised', signal?: AbortSignal) {
  let head = kind === 'best' ? await chain.readHead(signal) : await chain.readFinalisedHead(signal)
  const calls = new Set<(head: BlockHead) => void>()
  const unwatch = chain.watchHeads(kind, next => {
    if (next.number <= head.number) return
    head = next
    for (const call of calls) call(next)
  })
  return {
    head: () => head,
    subscribe: (call: (head: BlockHead) => void) => {
      calls.add(call)
      return () => void calls.delete(call)
    },
    stop: () => {
      unwatch()
      calls.clear()
    },
  }
}
