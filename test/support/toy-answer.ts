import type { KeyPair } from '../../shared/identity/key-pair.ts'
import type { ChatAnswer } from '../../shared/protocol/answer.ts'
import type { ChatAsk, ChatMessage } from '../../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../../shared/protocol/content-digest.ts'
import { floatBytes, packFloats, packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { devKey, toyModel } from './toy-exchange.ts'

export interface ToyAnswerParts {
  readonly tokenIds?: readonly number[]
  readonly logProbs?: readonly number[]
  readonly text?: string
  readonly sequence?: number
  readonly receipt?: Partial<Receipt>
  readonly miner?: KeyPair
  readonly validator?: string
}

/** Prompt ids of the toy model: one per letter of the last message, 40 at most. */
export function toyPromptIds({ messages }: { readonly messages: readonly ChatMessage[] }): number[] {
  const text = messages.at(-1)?.content ?? ''
  return [...text.slice(0, 40)].map(letter => 1 + ((letter.codePointAt(0) ?? 0) % 25))
}

/** A miner's signed answer to a chat request, honest where nothing is replaced. Needs waitForCrypto() first. */
export function toyAnswer(ask: ChatAsk, parts: ToyAnswerParts = {}): ChatAnswer {
  const { tokenIds = [8, 9, 0], miner = devKey('Miner'), validator = devKey('Validator').hotkey } = parts
  const logProbs = parts.logProbs ?? tokenIds.map(() => -0.5)
  const text = parts.text ?? toyModel.tokenizer.decode(tokenIds)
  const sampling = { temperature: ask.temperature, topK: ask.top_k ?? 0, maxTokens: ask.max_tokens }
  const promptIds = toyPromptIds(ask)
  const prompt = promptDigest(promptIds)
  const { requestId, netuid, manifestDigest, requestSeed, scope, choice } = ask.assay
  const finishReason = tokenIds.at(-1) === 0 ? 'stop' : 'length'
  const receipt: Receipt = {
    version: 'assay/receipt/1',
    ...{ requestId, netuid, miner: miner.hotkey, validator, model: ask.model, manifestDigest, offerDigest: null, certificateDigest: null },
    ...{ sampling, requestSeed, scope, choice },
    contentDigest: contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope }),
    promptDigest: prompt,
    promptTokens: promptIds.length,
    tokenIds: packTokenIds(tokenIds),
    finishReason,
    textDigest: sha256Hex(text),
    logProbsDigest: sha256Hex(floatBytes(logProbs)),
    hiddenRoot: null,
    toplocDigest: null,
    times: { receivedMs: 1_000, startedMs: 1_001, finishedMs: 1_200 },
    sequence: parts.sequence ?? 1,
    previousDigest: '0'.repeat(64),
    ...parts.receipt,
  }
  const signature = `0x${Buffer.from(miner.sign(receiptBytes(receipt))).toString('hex')}`
  return {
    ...{ id: requestId, created: 1, model: ask.model, object: 'chat.completion' },
    usage: { prompt_tokens: promptIds.length, completion_tokens: tokenIds.length, total_tokens: promptIds.length + tokenIds.length },
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finishReason }],
    assay: { receipt, signature, logProbs: packFloats(logProbs) },
  }
}
