import { isAssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { BlockHead } from './chain-port.ts'
import { parseHeader } from './read-head.ts'

const methods = {
  best: { subscribe: 'chain_subscribeNewHeads', unsubscribe: 'chain_unsubscribeNewHeads' },
  finalised: { subscribe: 'chain_subscribeFinalizedHeads', unsubscribe: 'chain_unsubscribeFinalizedHeads' },
}
const retryMs = 1000

/**
 * Calls back on every new head until the returned function is called, across reconnects. A subscription that stays silent for
 * ten block times (at least 30 s) makes the connection anew: sockets have been seen to stay open and say nothing for days.
 */
export function watchHeads(connection: ChainConnection, kind: 'best' | 'finalised', onHead: (head: BlockHead) => void): () => void {
  let stopped = false
  let unsubscribe: (() => void) | undefined
  let retry: NodeJS.Timeout | undefined
  const silence = setInterval(() => connection.socket.reconnect(), Math.max(30_000, 10 * connection.blockTimeMs))
  silence.unref()
  const onResult = (header: unknown) => {
    silence.refresh()
    if (stopped) return
    const head = tryParse(connection, header)
    if (head !== null) onHead(head)
  }
  const begin = async () => {
    try {
      const end = await connection.socket.subscribe(methods[kind], [], { onResult })
      if (stopped) end()
      else unsubscribe = end
    } catch {
      // No connection yet: the socket is at it, and the subscription is asked for again.
      if (!stopped) retry = setTimeout(() => void begin(), retryMs)
    }
  }
  void begin()
  return () => {
    stopped = true
    clearInterval(silence)
    clearTimeout(retry)
    unsubscribe?.()
  }
}

/** A header that cannot be read is skipped: the next one follows, and nobody waits for this one. */
function tryParse(connection: ChainConnection, header: unknown): BlockHead | null {
  try {
    return parseHeader(connection, header)
  } catch (error) {
    if (isAssayError(error)) return null
    throw error
  }
}
