import { AssayError } from '../../shared/errors/assay-error.ts'
import { createSseParser } from '../../shared/util/parse-sse.ts'
import type { StreamedAnswer, StreamReader } from './create-stream-reader.ts'
import type { Arrival } from './exchange.ts'
import type { SentAsk } from './send-ask.ts'

/** What of a stream can be judged so far. */
export type KeptPrefix = Pick<
  Extract<Arrival, { kind: 'partial' }>,
  'receipt' | 'signature' | 'certificate' | 'tokenIds' | 'arrivedBlock' | 'arrivedMs'
>

export interface ReadLimits {
  readonly capBytes: number
  readonly headNumber: () => number
  /** Gets every longer prefix as soon as it is here. */
  keep(prefix: KeptPrefix): void
}

/**
 * Reads a streamed answer, in clear or sealed, to its end; null where it is larger than the cap. Throws QUERY_STREAM_CUT where it ended
 * before its receipt, and what the reader throws.
 */
export async function readStream(
  { response, reply }: SentAsk,
  reader: StreamReader,
  { capBytes, headNumber, keep }: ReadLimits,
): Promise<StreamedAnswer | null> {
  const parser = createSseParser({ maxEventChars: capBytes, maxBytes: capBytes })
  const pieces = reply?.stream() ?? null
  let size = 0
  let kept = reader.prefix()
  for await (const chunk of response.body) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > capBytes) {
      response.body.destroy()
      return null
    }
    for (const plain of pieces === null ? [bytes] : pieces.push(bytes))
      for (const { data } of parser.push(plain)) {
        reader.take(data)
        const prefix = reader.prefix()
        if (prefix === null || prefix === kept) continue
        kept = prefix
        keep({
          ...prefix.partial,
          certificate: prefix.certificate,
          tokenIds: prefix.tokenIds,
          arrivedBlock: headNumber(),
          arrivedMs: Date.now(),
        })
      }
  }
  const answer = reader.answer()
  // The seal shows a stream that somebody on the way cut short, the last event one that the miner did.
  if (answer === null || !parser.end() || pieces?.ended() === false) throw new AssayError('QUERY_STREAM_CUT')
  return answer
}
