import type { Dispatcher } from 'undici'
import { findOfferProblem } from '../../shared/identity/find-offer-problem.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import { minerKey, type RoundMiner } from '../challenge/drawn-request.ts'
import { standingEpochs, standingOffers } from '../challenge/standing-offers.ts'
import { fetchOffer } from '../query/fetch-offer.ts'
import { readOffers, saveOffer } from '../storage/offer-table.ts'
import type { Store } from '../storage/open-store.ts'

/** What the miners offer. */
export interface OfferBook {
  /** Reads the offers of an epoch from those miners whose offer for it is not known; waits for them `waitMs` at most, and what comes later counts in the next round. */
  refresh(miners: readonly RoundMiner[], epoch: number, waitMs: number, signal: AbortSignal): Promise<void>
  /** By miner key, as a request carries them. */
  standing(miners: readonly RoundMiner[], epoch: number): Promise<ReadonlyMap<string, readonly SignedOffer[]>>
}

export interface OfferBookParts {
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly netuid: number
  /** Deadline of one read. */
  readonly timeoutMs?: number
  readonly nowMs?: () => number
  /** A miner shows something that cannot be used; once an epoch at most. */
  onProblem?(miner: RoundMiner, problem: string): void
}

const defaultTimeoutMs = 5_000
/** Reads at once, at most. */
const lanes = 32

/** Builds the book on a validator's database. Needs waitForCrypto() first. */
export function buildOfferBook(parts: OfferBookParts): OfferBook {
  const { store, dispatcher, netuid, timeoutMs = defaultTimeoutMs, nowMs = () => Date.now() } = parts
  /** Miners that were read for this epoch and need not be again: what they offer cannot be used. */
  let silent = { epoch: -1, hotkeys: new Set<string>() }
  const reading = new Set<string>()
  const read = async (miner: RoundMiner, epoch: number, signal: AbortSignal) => {
    if (reading.has(miner.hotkey) || signal.aborted) return
    reading.add(miner.hotkey)
    try {
      const fetched = await fetchOffer(miner, dispatcher, abortAfter(timeoutMs, signal))
      // Anybody on the way could have said that there is none: it is asked again in the next round.
      if (fetched.kind !== 'page') return
      const { hotkey } = miner
      const problem = findOfferProblem(fetched.page, { netuid, hotkey, nowMs: nowMs() })
      if (problem !== null) {
        if (silent.epoch === epoch) silent.hotkeys.add(hotkey)
        parts.onProblem?.(miner, problem)
        return
      }
      const { first, last } = standingEpochs(epoch)
      for (const signed of fetched.page.offers)
        if (signed.offer.epoch >= first && signed.offer.epoch <= last) await saveOffer(store, signed)
    } finally {
      reading.delete(miner.hotkey)
    }
  }
  return {
    async refresh(miners, epoch, waitMs, signal) {
      if (silent.epoch !== epoch) silent = { epoch, hotkeys: new Set() }
      const known = await readOffers(store, epoch, epoch)
      const left = miners.filter(({ hotkey, tlsKey }) => tlsKey !== null && !known.has(hotkey) && !silent.hotkeys.has(hotkey))
      if (left.length === 0) return
      const lane = async () => {
        for (let miner = left.pop(); miner !== undefined; miner = left.pop()) await read(miner, epoch, signal)
      }
      // What a store that is closed meanwhile throws is nobody's concern any more.
      const all = Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane)).catch(error => {
        if (!signal.aborted) throw error
      })
      const waited = abortAfter(waitMs, signal)
      const patience = new Promise<void>(resolve => {
        if (waited.aborted) resolve()
        else waited.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([all, patience])
      all.catch(() => {})
    },
    async standing(miners, epoch) {
      const { first, last } = standingEpochs(epoch)
      const stored = await readOffers(store, first, last)
      return new Map(
        miners.flatMap(miner => {
          const offers = standingOffers(stored.get(miner.hotkey) ?? [], epoch)
          return offers === undefined ? [] : [[minerKey(miner), offers] as const]
        }),
      )
    },
  }
}
