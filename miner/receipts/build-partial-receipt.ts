import { packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import { type PartialReceipt, partialReceiptBytes, tokensPerPartial } from '../../shared/protocol/partial-receipt.ts'
import type { StreamChunk } from '../../shared/protocol/stream-chunk.ts'
import { extendStreamDigest, startStreamDigest } from '../../shared/protocol/stream-digest.ts'
import type { ExchangeStatement } from './build-receipt.ts'
import type { ReceiptSeal } from './receipt-signer.ts'

/** Signs the chunks of one stream. */
export interface StreamSigner {
  /** Takes the tokens of the next chunk and returns its member `assay`; with a partial receipt whenever another 32 tokens are full. */
  push(tokenIds: readonly number[]): StreamChunk
}

export interface StreamSignerOptions {
  /** What the answer's final receipt will state too. */
  readonly statement: ExchangeStatement
  /** The same one that signs the final receipt. */
  readonly seal: ReceiptSeal
  readonly receivedMs: number
  readonly startedMs: number
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** Begins the signing of one stream. */
export function createStreamSigner({ statement, seal, receivedMs, startedMs, nowMs }: StreamSignerOptions): StreamSigner {
  let digest = startStreamDigest(statement)
  let tokens = 0
  let part = 0
  return {
    push(tokenIds) {
      digest = extendStreamDigest(digest, tokenIds)
      tokens += tokenIds.length
      const streamDigest = digest.toString('hex')
      const chunk = { tokenIds: packTokenIds(tokenIds), digest: streamDigest }
      if (tokens < (part + 1) * tokensPerPartial) return chunk
      const first = part === 0
      part = Math.floor(tokens / tokensPerPartial)
      const times = { receivedMs, startedMs, signedMs: Math.max(startedMs, nowMs()) }
      const receipt = buildPartialReceipt(statement, { part, tokens, streamDigest, times })
      const signature = seal.sign(partialReceiptBytes(receipt))
      return { ...chunk, partial: { receipt, signature, ...(first && { certificate: seal.certificate }) } }
    },
  }
}

/** The statement that a miner signs about the first tokens of a stream. */
export function buildPartialReceipt(
  statement: ExchangeStatement,
  progress: Pick<PartialReceipt, 'part' | 'tokens' | 'streamDigest' | 'times'>,
): PartialReceipt {
  return { version: 'assay/partial/1', ...statement, ...progress }
}
