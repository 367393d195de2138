import { AssayError } from '../../shared/errors/assay-error.ts'
import type { AssayAnswer } from '../../shared/protocol/answer.ts'
import { type AnswerChunk, lastEventData, parseChatChunk, parseCompletionChunk } from '../../shared/protocol/answer-chunk.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import type { SignedCertificate } from '../../shared/protocol/certificate.ts'
import { packTokenIds, unpackTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { SignedPartial, StreamChunk } from '../../shared/protocol/stream-chunk.ts'
import { extendStreamDigest, startStreamDigest } from '../../shared/protocol/stream-digest.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'

/** A whole stream: what its last chunk states, and the text of all. */
export interface StreamedAnswer {
  readonly assay: AssayAnswer
  readonly text: string
}

/** The longest part of a stream that a partial receipt covers. */
export interface StreamPrefix {
  readonly partial: Omit<SignedPartial, 'certificate'>
  readonly certificate: SignedCertificate | null
  readonly tokenIds: string
}

export interface StreamReader {
  /**
   * Takes the data of the next event. Throws SyntaxError, TypeError or PROTO_SHAPE where it is no chunk or its digest is not that of
   * the tokens so far, QUERY_STREAM_ERROR where the miner ends the stream with an error.
   */
  take(data: string): void
  /** The answer, once its receipt came and the stream said that it is complete. */
  answer(): StreamedAnswer | null
  /** The prefix that may be judged where nothing more comes; its signature is not checked yet. */
  prefix(): StreamPrefix | null
}

const jsonLimits = { maxDepth: 16, maxValues: 2_000 }

/** Reads the events of one streamed answer: every chunk's tokens must lead to its digest, and the receipt must be of just these tokens. */
export function createStreamReader(ask: Ask, miner: string): StreamReader {
  const parse: (value: unknown) => AnswerChunk = 'messages' in ask ? parseChatChunk : parseCompletionChunk
  let digest: Buffer = startStreamDigest({ requestId: ask.assay.requestId, miner })
  const tokenIds: number[] = []
  const texts: string[] = []
  let certificate: SignedCertificate | null = null
  let prefix: StreamPrefix | null = null
  let assay: AssayAnswer | null = null
  let done = false

  const takeTokens = (chunk: StreamChunk) => {
    const ids = unpackTokenIds(chunk.tokenIds)
    if (tokenIds.length + ids.length > ask.max_tokens) throw new SyntaxError(`more than ${ask.max_tokens} tokens`)
    digest = extendStreamDigest(digest, ids)
    tokenIds.push(...ids)
    if (digest.toString('hex') !== chunk.digest) throw new SyntaxError(`the digest after ${tokenIds.length} tokens is not theirs`)
    if (chunk.partial !== undefined) takePartial(chunk.partial, chunk.digest)
  }
  const takePartial = ({ receipt, signature, certificate: brought }: SignedPartial, streamDigest: string) => {
    if (receipt.tokens !== tokenIds.length || receipt.streamDigest !== streamDigest)
      throw new SyntaxError(`the partial receipt after ${tokenIds.length} tokens is of others`)
    certificate = brought ?? certificate
    prefix = { partial: { receipt, signature }, certificate, tokenIds: packTokenIds(tokenIds) }
  }
  return {
    take(data) {
      if (done) throw new SyntaxError('an event after the end')
      if (data === lastEventData) {
        done = true
        return
      }
      const value = parseJsonBounded(Buffer.from(data), jsonLimits)
      if (isError(value)) throw new AssayError('QUERY_STREAM_ERROR')
      if (assay !== null) throw new SyntaxError('a chunk after the receipt')
      const chunk = parse(value)
      for (const choice of chunk.choices) texts.push('delta' in choice ? (choice.delta.content ?? '') : choice.text)
      if (chunk.assay === undefined) return
      if ('digest' in chunk.assay) return takeTokens(chunk.assay)
      if (chunk.assay.receipt.tokenIds !== packTokenIds(tokenIds)) throw new SyntaxError('the receipt is of other tokens than the stream')
      assay = chunk.assay
    },
    answer: () => (done && assay !== null ? { assay, text: texts.join('') } : null),
    prefix: () => prefix,
  }
}

function isError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'error' in value
}
