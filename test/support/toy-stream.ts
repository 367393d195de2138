import { createChunkBuilder } from '../../miner/http/build-chunks.ts'
import { createStreamSigner } from '../../miner/receipts/build-partial-receipt.ts'
import { buildStatement } from '../../miner/receipts/build-receipt.ts'
import { createReceiptSigner } from '../../miner/receipts/receipt-signer.ts'
import type { ChatAsk } from '../../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../../shared/protocol/content-digest.ts'
import type { StreamChunk } from '../../shared/protocol/stream-chunk.ts'
import { toyAnswer, toyPromptIds } from './toy-answer.ts'
import { devKey, toyModel } from './toy-exchange.ts'

export interface ToyStreamParts {
  /** Changes what one chunk states, by its index. */
  readonly alter?: (chunk: StreamChunk, index: number) => StreamChunk
  readonly tokensPerChunk?: number
  readonly nowMs?: number
}

/** The data of all events of the toy model's streamed answer with these tokens, as an honest miner sends them. Needs waitForCrypto() first. */
export function toyStream(ask: ChatAsk, tokenIds: readonly number[], parts: ToyStreamParts = {}): string[] {
  const { alter = chunk => chunk, tokensPerChunk = 1, nowMs = Date.now() } = parts
  const miner = devKey('Miner')
  const seal = createReceiptSigner({ hotkey: miner, netuid: 2, nowMs: () => nowMs }).current()
  const promptIds = toyPromptIds(ask)
  const prompt = promptDigest(promptIds)
  const sampling = { temperature: ask.temperature, topK: ask.top_k ?? 0, maxTokens: ask.max_tokens }
  const { manifestDigest, scope } = ask.assay
  const content = contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope })
  const statement = buildStatement({
    ...{ ask, miner: miner.hotkey, validator: devKey('Validator').hotkey, certificateDigest: seal.certificateDigest, sampling },
    ...{ promptTokens: promptIds.length, promptDigest: prompt, contentDigest: content, offerDigest: null },
  })
  const signer = createStreamSigner({ statement, seal, receivedMs: nowMs, startedMs: nowMs, nowMs: () => nowMs })
  const chunks = createChunkBuilder({ kind: 'chat', id: 'chatcmpl-1', created: 1, model: ask.model })
  const events: string[] = []
  for (let at = 0; at < tokenIds.length; at += tokensPerChunk) {
    const ids = tokenIds.slice(at, at + tokensPerChunk)
    events.push(chunks.text(0, toyModel.tokenizer.decode(ids), { assay: alter(signer.push(ids), events.length) }))
  }
  const { choices, usage, assay } = toyAnswer(ask, { tokenIds })
  return [...events, chunks.end(0, choices[0]?.finish_reason ?? 'stop'), chunks.usage(usage), chunks.receipt(assay), '[DONE]']
}

/** Events as the bytes of a stream. */
export function sseBytes(events: readonly string[]): string {
  return events.map(data => `data: ${data}\n\n`).join('')
}
