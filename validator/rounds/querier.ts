import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import type { DrawnRequest } from '../challenge/drawn-request.ts'
import type { AskContext } from '../query/ask-miner.ts'
import { askRequests } from '../query/ask-requests.ts'
import type { Exchange } from '../query/exchange.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import type { Pool } from './pool.ts'

/** Sends a round's requests over the round's time and yields each exchange when it ends. */
export interface Querier {
  ask(round: RoundRecord, requests: readonly DrawnRequest[], signal: AbortSignal): AsyncGenerator<Exchange>
}

export interface QuerierParts {
  readonly pool: Pool
  readonly clock: BlockClock
  readonly subnet: SubnetFile
  readonly blockTimeMs: number
  readonly ask: Omit<AskContext, 'headNumber'>
}

/** Builds the querier; it times and stores, and judges nothing. */
export function buildQuerier({ pool, clock, subnet, blockTimeMs, ask }: QuerierParts): Querier {
  const context = { ...ask, headNumber: () => clock.best().number, onSend: pool.send }
  return {
    ask: (round, requests, signal) => {
      const timing = {
        round: round.number,
        startedAtMs: performance.now(),
        lengthMs: round.seconds * 1_000,
        deadlineBlocks: subnet.round.deadlineBlocks,
        blockTimeMs,
      }
      return askRequests(requests, timing, context, signal)
    },
  }
}
