import type { ScoreStatistics } from '../../shared/engine/engine-port.ts'
import { type KeyPair, pairFromUri } from '../../shared/identity/key-pair.ts'
import { answerText } from '../../shared/models/answer-text.ts'
import type { ChatAsk } from '../../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../../shared/protocol/content-digest.ts'
import { floatBytes, packFloats, packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import type { Arrival, Exchange } from '../../validator/query/exchange.ts'
import type { ModelFacts } from '../../validator/verification/checks/answer.ts'
import type { JudgeInput } from '../../validator/verification/judge.ts'
import { fixedRate } from './fixed-rate.ts'
import { toyTerms } from './subnet-terms.ts'

/** Letters a to y are ids 1 to 25, 0 ends the sequence. */
export const toyModel: ModelFacts = {
  manifestDigest: toyTerms.manifestDigest,
  eosIds: new Set([0]),
  vocabSize: 26,
  contextLength: 64,
  tokenizer: { decode: ids => ids.map(id => (id === 0 ? '' : String.fromCharCode(96 + id))).join('') },
}

export interface ToyAnswer {
  readonly tokenIds?: readonly number[]
  readonly logProbs?: readonly number[]
  readonly text?: string
  readonly maxTokens?: number
  readonly temperature?: number
  readonly stop?: string[]
  readonly scope?: 'miner' | 'request'
  /** Of the artefact that is asked for; the toy model's unless told. */
  readonly manifestDigest?: string
  /** Changes the receipt before it is signed. */
  readonly receipt?: Partial<Receipt>
  /** Changes what arrives after it was signed. */
  readonly arrival?: Partial<Extract<Arrival, { kind: 'answer' }>>
  readonly signer?: KeyPair
}

const keys = new Map<string, KeyPair>()

/** A development key, derived once: it takes milliseconds. Needs waitForCrypto() first. */
export function devKey(name: string): KeyPair {
  const known = keys.get(name) ?? pairFromUri(`//${name}`)
  keys.set(name, known)
  return known
}

/** An exchange of the toy model, honest where nothing is replaced. Needs waitForCrypto() first. */
export function toyExchange(answer: ToyAnswer = {}): Exchange {
  const { tokenIds = [8, 9, 0], maxTokens = 8, temperature = 1, scope = 'miner', manifestDigest = toyModel.manifestDigest } = answer
  const logProbs = answer.logProbs ?? tokenIds.map(() => -0.5)
  const stop = answer.stop && { stop: answer.stop }
  const text = answer.text ?? answerText(toyModel, tokenIds, answer.stop)
  const promptIds = [3, 1, 20]
  const miner = {
    uid: 4,
    hotkey: devKey('Miner').hotkey,
    coldkey: devKey('Owner').coldkey,
    registeredAtBlock: 7,
    host: '127.0.0.2',
    port: 8_000,
  }
  const ask: ChatAsk = {
    model: 'toy',
    messages: [{ role: 'user', content: 'cat' }],
    max_tokens: maxTokens,
    temperature,
    ...stop,
    assay: {
      requestId: '1'.repeat(32),
      netuid: 2,
      manifestDigest,
      requestSeed: '2'.repeat(64),
      scope,
      choice: 0,
      deadlineBlock: 120,
      deadlineMs: 2_000,
    },
  }
  const sampling = { temperature, topK: 0, maxTokens, ...stop }
  const prompt = promptDigest(promptIds)
  const receipt: Receipt = {
    version: 'assay/receipt/1',
    requestId: ask.assay.requestId,
    netuid: 2,
    miner: miner.hotkey,
    validator: devKey('Validator').hotkey,
    model: 'toy',
    manifestDigest,
    offerDigest: null,
    certificateDigest: null,
    sampling,
    requestSeed: ask.assay.requestSeed,
    scope,
    choice: 0,
    contentDigest: contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope }),
    promptDigest: prompt,
    promptTokens: promptIds.length,
    tokenIds: packTokenIds(tokenIds),
    finishReason: tokenIds.at(-1) === 0 ? 'stop' : 'length',
    textDigest: sha256Hex(text),
    logProbsDigest: sha256Hex(floatBytes(logProbs)),
    hiddenRoot: null,
    toplocDigest: null,
    times: { receivedMs: 1_000, startedMs: 1_001, finishedMs: 1_200 },
    sequence: 1,
    previousDigest: '0'.repeat(64),
    ...answer.receipt,
  }
  const signature = `0x${Buffer.from((answer.signer ?? devKey('Miner')).sign(receiptBytes(receipt))).toString('hex')}`
  const arrival = {
    kind: 'answer',
    receipt,
    signature,
    certificate: null,
    logProbs: packFloats(logProbs),
    text,
    elapsedMs: 300,
    arrivedBlock: 118,
    arrivedMs: 1_300,
    ...answer.arrival,
  } as const
  return { round: 3, miner, ask, promptIds, askedWork: maxTokens + 0.3, sentBlock: 115, arrival }
}

/** What an honest reference says of an answer of so many tokens; parts may be replaced. */
export function toyStatistics(tokens: number, parts: Partial<Record<keyof ScoreStatistics, readonly number[]>> = {}): ScoreStatistics {
  const list = (name: keyof ScoreStatistics, value: number) => Float64Array.from(parts[name] ?? Array.from({ length: tokens }, () => value))
  return {
    margins: list('margins', 0),
    logProbs: list('logProbs', -0.5),
    entropies: list('entropies', 0.5),
    surprisals: list('surprisals', 0.5),
    endProbabilities: list('endProbabilities', 0.2),
  }
}

/** The input of a judge that audits everything. */
export function toyInput(exchange: Exchange, parts: Partial<JudgeInput> = {}): JudgeInput {
  return {
    exchange,
    validator: devKey('Validator').hotkey,
    netuid: 2,
    model: toyModel,
    terms: toyTerms,
    audited: true,
    auditRate: 1,
    auditReason: fixedRate,
    commitmentBlock: null,
    statistics: toyStatistics(3),
    referenceReady: true,
    earlierReceiptDigest: null,
    ...parts,
  }
}
