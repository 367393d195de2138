import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import type { Exchange } from '../query/exchange.ts'

/** SHA-256 over all that a round was judged from: each exchange with the packed statistics of its reference run and its opening, by request id. */
export function digestEvidence(
  exchanges: readonly Exchange[],
  statistics: ReadonlyMap<string, string | null>,
  openings: ReadonlyMap<string, OpeningRecord>,
): string {
  const hash = createHash('sha256')
  for (const exchange of exchanges) {
    const { requestId } = exchange.ask.assay
    hash.update(`${canonicalJson(exchange as unknown as Json)}\n${statistics.get(requestId) ?? ''}\n`)
    const opened = openings.get(requestId)
    if (opened !== undefined) hash.update(`${canonicalJson(opened as unknown as Json)}\n`)
  }
  return hash.digest('hex')
}
