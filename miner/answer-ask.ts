import { AssayError } from '../shared/errors/assay-error.ts'
import type { KeyPair } from '../shared/identity/key-pair.ts'
import type { AnswerBody } from '../shared/protocol/answer.ts'
import { type Ask, topCountOf } from '../shared/protocol/ask.ts'
import type { ChatLogProbs, CompletionLogProbs } from '../shared/protocol/choice-log-probs.ts'
import { contentDigest, promptDigest } from '../shared/protocol/content-digest.ts'
import { noiseKey } from '../shared/protocol/noise-key.ts'
import { packFloats } from '../shared/protocol/pack-numbers.ts'
import { samplingOf } from '../shared/protocol/sampling-of.ts'
import type { StreamChunk } from '../shared/protocol/stream-chunk.ts'
import { sha256Hex } from '../shared/util/sha256-hex.ts'
import type { TokenBudget } from './admission/token-budget.ts'
import { buildAnswer } from './build-answer.ts'
import { createLogProbBuilder } from './build-log-probs.ts'
import { type Choice, generateChoice, type Piece } from './generate-choice.ts'
import type { OfferBook } from './offer/open-offer-book.ts'
import type { RowShelf } from './openings/create-row-shelf.ts'
import { readPrompt } from './read-prompt.ts'
import { createStreamSigner } from './receipts/build-partial-receipt.ts'
import { buildReceipt, buildStatement } from './receipts/build-receipt.ts'
import { commitAnswer } from './receipts/commit-answer.ts'
import type { Ledger } from './receipts/open-ledger.ts'
import type { ReceiptSigner } from './receipts/receipt-signer.ts'
import type { RequestQueue } from './scheduling/request-queue.ts'
import { workOf } from './scheduling/work-of.ts'
import type { FindServing, Serving } from './serving.ts'
import type { Activity } from './status/activity.ts'
import { watchAnswer } from './status/watch-answer.ts'

export interface AnswerContext {
  readonly netuid: number
  readonly hotkey: KeyPair
  readonly findServing: FindServing
  readonly budget: TokenBudget
  readonly queue: RequestQueue
  readonly ledger: Ledger
  readonly receiptSigner: ReceiptSigner
  readonly offers: Pick<OfferBook, 'digestFor'>
  /** Keeps the rows that receipts commit to, for openings. */
  readonly shelf: Pick<RowShelf, 'keep'>
  readonly activity: Pick<Activity, 'enter'>
  readonly nowMs: () => number
}

/** A proven request on its way to an answer. */
export interface Arrived {
  readonly ask: Ask
  readonly caller: string
  /** When its headers were here: on the wall clock, and on the monotonic one. */
  readonly receivedMs: number
  readonly receivedAtMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
}

/** A step of a streamed answer, and what its chunk states. */
export type SignedPiece = Piece & { readonly assay: StreamChunk; readonly logprobs?: ChatLogProbs | CompletionLogProbs }

/**
 * Answers one request: what is asked, whether the caller's share covers it, its turn in the queue, then text and signed receipt;
 * `onPiece` hears every step of a stream. Throws MINER_* and ENGINE_* refusals.
 */
export async function answerAsk(arrived: Arrived, context: AnswerContext, onPiece?: (piece: SignedPiece) => void): Promise<AnswerBody> {
  const { ask, caller, receivedMs } = arrived
  const { hotkey, budget, nowMs } = context
  const serving = servingOf(ask, context)
  const offerDigest = context.offers.digestFor(ask.assay.offerDigest)
  budget.assertOpen(caller)
  const promptIds = readPrompt(ask, ask.max_tokens, serving.model, tokens => budget.charge(caller, workOf(tokens, 0)))
  const sampling = samplingOf(ask)
  const { manifestDigest, scope, choice, requestSeed } = ask.assay
  const prompt = promptDigest(promptIds)
  const content = contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope })
  const seal = context.receiptSigner.current()
  const statement = buildStatement({
    ...{ ask, miner: hotkey.hotkey, validator: caller, certificateDigest: seal.certificateDigest, sampling },
    ...{ promptTokens: promptIds.length, promptDigest: prompt, contentDigest: content, offerDigest },
  })
  const key = noiseKey({ requestSeed, contentDigest: content, choice, scope, hotkey: hotkey.hotkey })
  const topLogProbs = topCountOf(ask)
  const logProbs = topLogProbs === null ? undefined : createLogProbBuilder('messages' in ask ? 'chat' : 'completion', serving.model)

  let startedMs = 0
  const { generation, text } = await generateInBudget(arrived, promptIds, context, async (signal, count) => {
    // A clock that was set back meanwhile must not make this miner sign times out of order, which convict.
    startedMs = Math.max(receivedMs, nowMs())
    const signer = onPiece && createStreamSigner({ statement, seal, receivedMs, startedMs, nowMs })
    const wantHidden = serving.engine.hiddenSize !== undefined
    const wanted = { ...(topLogProbs !== null && topLogProbs > 0 && { topLogProbs }), ...(wantHidden && { wantHidden }) }
    const request = { promptIds, sampling, noiseKey: key, ...wanted }
    return await generateChoice(serving, request, signal, piece => {
      count(piece.tokens.length)
      if (signer === undefined) return
      const assay = signer.push(piece.tokens.map(({ tokenId }) => tokenId))
      onPiece?.({ ...piece, assay, ...(logProbs && { logprobs: logProbs.take(piece.tokens) }) })
    })
  })
  const commitment = commitAnswer(generation.hidden, ask.assay.toploc)
  const times = { receivedMs, startedMs, finishedMs: Math.max(startedMs, nowMs()) }
  const { receipt, bytes } = context.ledger.write(hotkey.hotkey, caller, place => {
    const plain = buildReceipt({ statement, generation, text, commitment, times }, place)
    return serving.onReceipt?.(plain) ?? plain
  })
  if (commitment !== null)
    context.shelf.keep({
      ...{ receiptDigest: sha256Hex(bytes), requestId: receipt.requestId, validator: caller, certificateDigest: receipt.certificateDigest },
      ...{ rows: commitment.rows, proofs: commitment.proofs, seal, onOpening: serving.onOpening },
    })
  return buildAnswer(ask, serving.model, {
    text,
    generation,
    promptTokens: promptIds.length,
    createdMs: nowMs(),
    assay: { receipt, signature: seal.sign(bytes), certificate: seal.certificate, logProbs: packFloats(generation.logProbs) },
  })
}

function servingOf(ask: Ask, { netuid, findServing }: AnswerContext): Serving {
  if (ask.assay.netuid !== netuid) throw new AssayError('MINER_NETUID', { netuid })
  const serving = findServing(ask.model)
  const { manifestDigest } = serving.model
  // An engine that cannot follow the noise would sign tokens that a verifier finds to be others'.
  if (serving.engine.greedyOnly === true && samplingOf(ask).temperature > 0) throw new AssayError('MINER_GREEDY_ONLY', { model: ask.model })
  if (ask.assay.manifestDigest !== manifestDigest) throw new AssayError('MINER_MANIFEST', { model: ask.model, manifestDigest })
  return serving
}

/** Charges what the request may need at most, waits for its turn, and gives back what was not used. */
async function generateInBudget(
  { ask, caller, receivedAtMs, signal }: Arrived,
  promptIds: readonly number[],
  { budget, queue, activity }: AnswerContext,
  generate: (signal: AbortSignal, count: (tokens: number) => void) => Promise<Choice>,
): Promise<Choice> {
  const work = workOf(promptIds.length, ask.max_tokens)
  const { deadlineMs } = ask.assay
  let started: AbortSignal | undefined
  let generated = 0
  budget.charge(caller, work)
  try {
    const choice = await queue.add({
      caller,
      work,
      deadlineMs,
      deadlineAtMs: receivedAtMs + deadlineMs,
      signal,
      run(runSignal) {
        started = runSignal
        return watchAnswer(activity, { caller, receivedAtMs, promptTokens: promptIds.length }, step =>
          generate(runSignal, tokens => {
            generated += tokens
            step(tokens)
          }),
        )
      },
      spent: ({ generation }) => workOf(promptIds.length, generation.tokenIds.length),
    })
    budget.refund(caller, ask.max_tokens - choice.generation.tokenIds.length)
    return choice
  } catch (error) {
    // Who goes away or sets a deadline too short pays for what ran; what never ran, or failed through us, costs nothing.
    budget.refund(caller, started?.aborted === true ? ask.max_tokens - generated : work)
    throw error
  }
}
