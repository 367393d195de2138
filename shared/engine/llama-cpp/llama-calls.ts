import { AssayError } from '../../errors/assay-error.ts'
import type {
  GeneratedToken,
  GenerateRequest,
  Generation,
  ScoreRequest,
  ScoreStatistics,
  TopLogit,
  TopLogitsRequest,
} from '../engine-port.ts'
import { createNoiseSource } from '../gumbel-noise.ts'
import { joinStatistics } from '../join-statistics.ts'
import { type CallModel, createSequence } from '../onnx/sequence.ts'
import { scoreRows } from '../score-rows.ts'
import { logProbOf } from '../token-statistics.ts'
import { hotTokens } from './hot-tokens.ts'
import type { LlamaInput, LlamaSequence, LlamaWanted } from './llama-package.ts'
import { isCertain, type LogitRow, logitRow } from './logit-row.ts'

/** What a call needs to know of the model and its context. */
export interface LlamaModelShape extends CallModel {
  readonly name: string
  /** Tokens that a sequence may hold: fewer than the model's context where memory is short. */
  readonly sequenceTokens: number
}

/** Up to these vocabularies whole rows are fetched: for a token it costs less than to choose what to fetch, and a score then needs no second look. */
const wholeVocab = { generate: 256, score: 4096 }
/** Logits fetched beside those that top-k keeps: the highest of all, and those of the tokens that the noise favours. */
const fetched = 64
/** Top-k up to which a part of the row is enough. */
const mostTopK = 1024
/** Tokens of a prompt that are run before the caller is looked at again. */
const promptPiece = 256
/** Numbers that the rows of one scored piece may take together. */
const pieceNumbers = 2 ** 22

const whole: LlamaWanted = { logits: true }

/** Generates an answer on an empty sequence. Throws ENGINE_MEMORY, ENGINE_NOISE_KEY, ENGINE_LOGITS and the signal's reason. */
export async function generateAnswer(
  request: GenerateRequest,
  sequence: LlamaSequence,
  model: LlamaModelShape,
  signal: AbortSignal,
  tell: (token: GeneratedToken) => void,
): Promise<Generation> {
  const { promptIds, sampling, noiseKey } = request
  assertFits(Math.min(promptIds.length + sampling.maxTokens, model.context), model)
  const answer = createSequence(request, model)
  const { temperature, topK } = sampling
  const noise = createNoiseSource(noiseKey)
  const narrow = model.vocab > wholeVocab.generate && (temperature === 0 || topK <= mostTopK)
  const includeTop = fetched + (temperature === 0 ? 0 : topK)

  const rowAfter = async (token: number): Promise<LogitRow> => {
    const position = sequence.nextTokenIndex + 1
    if (narrow) {
      const hot = temperature > 0 && topK === 0 ? hotTokens(noise, position, model.vocab, fetched) : undefined
      const wanted = { logits: { filter: { tokens: hot?.tokens ?? [], includeTop } }, totalLogitWeight: true } as const
      const row = logitRow(await lastOf(sequence, token, wanted), model.vocab, includeTop, position)
      const noiseBound = hot?.bound ?? Number.POSITIVE_INFINITY
      if (isCertain(row, { temperature, topK, noise, position, noiseBound })) return row
      // Rare: the token is run again for its whole row.
      await dropLast(sequence, 1)
    }
    return logitRow(await lastOf(sequence, token, whole), model.vocab, undefined, position)
  }
  await prefill(sequence, promptIds.slice(0, -1), signal)
  for (let token = promptIds.at(-1) ?? 0; ; ) {
    const { logits, plain } = await rowAfter(token)
    signal.throwIfAborted()
    const chosen = answer.choose(logits, plain)
    tell(chosen)
    token = chosen.tokenId
    const ended = answer.ended()
    if (ended !== undefined) return ended
  }
}

/**
 * Judges an answer by teacher forcing on an empty sequence. Whole rows are fetched where the statistics need every logit; for greedy
 * answers and those with top-k the highest are enough, and the weight of all.
 */
export async function scoreAnswer(
  request: ScoreRequest,
  sequence: LlamaSequence,
  model: LlamaModelShape,
  signal: AbortSignal,
): Promise<ScoreStatistics> {
  const { promptIds, tokenIds, sampling, noiseKey } = request
  assertFits(promptIds.length + tokenIds.length, model)
  const noise = createNoiseSource(noiseKey)
  const { temperature, topK } = sampling
  const { vocab, eosIds } = model
  const narrow = vocab > wholeVocab.score && (temperature === 0 || (topK > 0 && topK <= mostTopK))
  const includeTop = fetched + (temperature === 0 ? 0 : topK)
  const pieceTokens = Math.max(1, Math.min(128, Math.floor(pieceNumbers / vocab)))
  // Each token is judged by the logits after the one before it.
  const run = [promptIds.at(-1) ?? 0, ...tokenIds.slice(0, -1)]
  const rowsOf = async (from: number, to: number, part: boolean) => {
    const inputs = run.slice(from, to).map((token, index): LlamaInput => {
      const named = [tokenIds[from + index] ?? 0, ...eosIds]
      return [token, { generateNext: part ? { logits: { filter: { tokens: named, includeTop } }, totalLogitWeight: true } : whole }]
    })
    const outputs = await sequence.controlledEvaluate(inputs)
    return inputs.map((_, index) => logitRow(outputs[index], vocab, part ? includeTop : undefined, promptIds.length + from + index))
  }
  const parts: ScoreStatistics[] = []
  await prefill(sequence, promptIds.slice(0, -1), signal)
  for (let from = 0; from < tokenIds.length; from += pieceTokens) {
    signal.throwIfAborted()
    const to = Math.min(tokenIds.length, from + pieceTokens)
    let rows = await rowsOf(from, to, narrow)
    const certain = (row: LogitRow, index: number) =>
      isCertain(row, { temperature, topK, noise, position: promptIds.length + from + index, noiseBound: Number.POSITIVE_INFINITY })
    if (!rows.every(certain)) {
      await dropLast(sequence, to - from)
      rows = await rowsOf(from, to, false)
    }
    const logits = new Float32Array(rows.length * vocab)
    for (const [index, row] of rows.entries()) logits.set(row.logits, index * vocab)
    const part = tokenIds.slice(from, to)
    const statistics = scoreRows({ logits, vocab, tokenIds: part, firstPosition: promptIds.length + from, sampling, noise, eosIds })
    for (const [index, { plain, logits: row }] of rows.entries())
      if (plain !== undefined) statistics.logProbs[index] = logProbOf(plain, row, part[index] ?? 0)
    parts.push(statistics)
  }
  return joinStatistics(parts)
}

/** The highest logits that predict each token from `from` on. */
export async function readTopLogits(
  { tokenIds, from, count }: TopLogitsRequest,
  sequence: LlamaSequence,
  model: LlamaModelShape,
  signal: AbortSignal,
): Promise<readonly (readonly TopLogit[])[]> {
  assertFits(tokenIds.length, model)
  await prefill(sequence, tokenIds.slice(0, from - 1), signal)
  const wanted: LlamaWanted = count >= model.vocab ? whole : { logits: { filter: { tokens: [], includeTop: count } } }
  const found: TopLogit[][] = []
  const rest = tokenIds.slice(from - 1, -1)
  const pieceTokens = Math.max(1, Math.min(128, Math.floor(pieceNumbers / count)))
  for (let start = 0; start < rest.length; start += pieceTokens) {
    signal.throwIfAborted()
    const inputs = rest.slice(start, start + pieceTokens).map((token): LlamaInput => [token, { generateNext: wanted }])
    for (const output of await sequence.controlledEvaluate(inputs))
      found.push([...(output?.next.logits ?? [])].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, count))
  }
  return found
}

async function prefill(sequence: LlamaSequence, ids: readonly number[], signal: AbortSignal): Promise<void> {
  for (let from = 0; from < ids.length; from += promptPiece) {
    signal.throwIfAborted()
    await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(from, from + promptPiece))
  }
  signal.throwIfAborted()
}

async function lastOf(sequence: LlamaSequence, token: number, wanted: LlamaWanted) {
  return (await sequence.controlledEvaluate([[token, { generateNext: wanted }]]))[0]
}

async function dropLast(sequence: LlamaSequence, count: number): Promise<void> {
  const end = sequence.nextTokenIndex
  await sequence.eraseContextTokenRanges([{ start: end - count, end }])
}

function assertFits(tokens: number, { name, sequenceTokens }: LlamaModelShape): void {
  if (tokens > sequenceTokens)
    throw new AssayError('ENGINE_MEMORY', { model: name, problem: `it takes ${tokens} tokens and a sequence holds ${sequenceTokens}` })
}
