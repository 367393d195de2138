import type { Exchange } from '../query/exchange.ts'
import { readExchanges, type SentRequest, saveArrival, saveSent } from '../storage/exchange-table.ts'
import type { Store } from '../storage/open-store.ts'
import { markAsked, type RoundRecord, saveRound } from '../storage/round-table.ts'

/** The stored exchanges of all rounds: whatever is in it outlives the process. */
export interface Pool {
  open(round: RoundRecord): Promise<void>
  /** A request is about to leave. */
  send(sent: SentRequest): Promise<void>
  /** Something, or nothing in time, came back. */
  add(exchange: Exchange): Promise<void>
  /** No request of the round will leave any more; one that was cut short counts only the seconds in which it asked. */
  close(round: RoundRecord, cutShort: boolean): Promise<void>
  exchangesOf(round: RoundRecord): Promise<Exchange[]>
}

/** Builds the pool on a validator's database. */
export function buildPool(store: Store): Pool {
  const startedAt = new Map<number, number>()
  return {
    open: round => {
      startedAt.set(round.number, performance.now())
      return saveRound(store, round)
    },
    send: sent => saveSent(store, sent),
    add: exchange => saveArrival(store, exchange.ask.assay.requestId, exchange.arrival),
    close: (round, cutShort) => {
      const asked = (performance.now() - (startedAt.get(round.number) ?? 0)) / 1_000
      startedAt.delete(round.number)
      return markAsked(store, cutShort ? { ...round, seconds: Math.min(round.seconds, asked) } : round)
    },
    exchangesOf: round => readExchanges(store, round.number),
  }
}
