import type { Dispatcher } from 'undici'
import { type OfferPage, offerPath, parseOfferPage } from '../../shared/protocol/offer.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import { originOf } from './origin-of.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'

/** What a miner showed: a page of the right shape, nothing (it makes no offers), or something that cannot be used. */
export type FetchedOffer =
  | { readonly kind: 'page'; readonly page: OfferPage }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly detail: string }

/** Two offers, and a benchmark of a hundred models with sixteen rates each. */
const capBytes = 512 * 1_024
const jsonLimits = { maxDepth: 10, maxValues: 12_000 }

/** Reads what a miner offers, under a cap and the signal's deadline; believes nothing of it, and never throws for what a miner does. */
export async function fetchOffer(miner: RoundMiner, dispatcher: Dispatcher, signal: AbortSignal): Promise<FetchedOffer> {
  try {
    const request = dispatcher.request({ origin: originOf(miner), path: offerPath, method: 'GET', signal })
    // While a request waits for a connection, the dispatcher does not look at its signal.
    const { statusCode, headers, body } = await raceAbort(request, signal)
    const encoding = headers['content-encoding']
    if (statusCode !== 200 || (encoding !== undefined && encoding !== 'identity')) {
      // The rest of a refused body is not worth a connection.
      body.on('error', () => {}).destroy()
      return statusCode === 404 ? { kind: 'none' } : { kind: 'failed', detail: `status ${statusCode}` }
    }
    const bytes = await readBody(body, capBytes)
    if (bytes === null) return { kind: 'failed', detail: `over ${capBytes} bytes` }
    return { kind: 'page', page: parseOfferPage(parseJsonBounded(bytes, jsonLimits)) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', detail: detail.slice(0, 200).replace(/\p{Surrogate}/gu, '\ufffd') }
  }
}
