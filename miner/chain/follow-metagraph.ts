import { setTimeout as wait } from 'node:timers/promises'
import type { Metagraph } from '../../shared/chain/chain-port.ts'

export interface FollowOptions {
  readonly read: (signal: AbortSignal) => Promise<Metagraph>
  readonly everyMs: number
  readonly onMetagraph: (metagraph: Metagraph) => Promise<void>
  readonly onFailure: (error: unknown) => void
}

/** Reads the metagraph again and again until the signal aborts; a failure is told and the last metagraph stays in force. */
export async function followMetagraph({ read, everyMs, onMetagraph, onFailure }: FollowOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    try {
      await onMetagraph(await read(signal))
    } catch (error) {
      if (!signal.aborted) onFailure(error)
    }
  }
}
