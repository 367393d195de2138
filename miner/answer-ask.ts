import type { EnginePlugin } from '../shared/engine/engine-plugin.ts'
import type { Engine, Generation } from '../shared/engine/engine-port.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import type { KeyPair } from '../shared/identity/key-pair.ts'
import { answerText } from '../shared/models/answer-text.ts'
import type { LoadedModel } from '../shared/models/load-model.ts'
import type { AnswerBody } from '../shared/protocol/answer.ts'
import type { Ask } from '../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../shared/protocol/content-digest.ts'
import { noiseKey } from '../shared/protocol/noise-key.ts'
import { packFloats } from '../shared/protocol/pack-numbers.ts'
import { receiptBytes } from '../shared/protocol/receipt-bytes.ts'
import type { TokenBudget } from './admission/token-budget.ts'
import { buildAnswer } from './build-answer.ts'
import { readPrompt } from './read-prompt.ts'
import { buildReceipt } from './receipts/build-receipt.ts'
import type { Ledger } from './receipts/open-ledger.ts'
import type { RequestQueue } from './scheduling/request-queue.ts'
import { workOf } from './scheduling/work-of.ts'

export interface AnswerContext {
  readonly netuid: number
  readonly hotkey: KeyPair
  readonly model: LoadedModel
  readonly engine: Engine
  readonly onReceipt?: EnginePlugin['onReceipt']
  readonly budget: TokenBudget
  readonly queue: RequestQueue
  readonly ledger: Ledger
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

/** Answers one request: what is asked, whether the caller's share covers it, its turn in the queue, then text and signed receipt. Throws MINER_* and ENGINE_* refusals. */
export async function answerAsk(arrived: Arrived, context: AnswerContext): Promise<AnswerBody> {
  const { ask, caller } = arrived
  const { model, hotkey, budget } = context
  assertServed(ask, context)
  budget.assertOpen(caller)
  const promptIds = readPrompt(ask, model)
  const sampling = { temperature: ask.temperature, topK: ask.top_k ?? 0, maxTokens: ask.max_tokens }
  const { manifestDigest, scope, choice, requestSeed } = ask.assay
  const prompt = promptDigest(promptIds)
  const content = contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope })
  const key = noiseKey({ requestSeed, contentDigest: content, choice, scope, hotkey: hotkey.hotkey })

  let startedMs = 0
  const generation = await generateInBudget(arrived, promptIds, context, async signal => {
    // A clock that was set back meanwhile must not make this miner sign times out of order, which convict.
    startedMs = Math.max(arrived.receivedMs, context.nowMs())
    return await context.engine.generate({ promptIds, sampling, noiseKey: key }, signal)
  })
  const text = answerText(model, generation.tokenIds)
  const receipt = context.ledger.write(hotkey.hotkey, caller, place => {
    const times = { receivedMs: arrived.receivedMs, startedMs, finishedMs: Math.max(startedMs, context.nowMs()) }
    const plain = buildReceipt(
      {
        ...{ ask, miner: hotkey.hotkey, validator: caller, sampling, promptTokens: promptIds.length, promptDigest: prompt },
        ...{ contentDigest: content, generation, text, times },
      },
      place,
    )
    return context.onReceipt?.(plain) ?? plain
  })
  const signature = `0x${Buffer.from(hotkey.sign(receiptBytes(receipt))).toString('hex')}`
  return buildAnswer(ask, {
    text,
    finishReason: generation.finishReason,
    promptTokens: promptIds.length,
    completionTokens: generation.tokenIds.length,
    createdMs: context.nowMs(),
    assay: { receipt, signature, logProbs: packFloats(generation.logProbs) },
  })
}

function assertServed(ask: Ask, { netuid, model }: AnswerContext): void {
  const { name } = model.manifest
  if (ask.assay.netuid !== netuid) throw new AssayError('MINER_NETUID', { netuid })
  if (ask.model !== name) throw new AssayError('MINER_MODEL', { model: name })
  if (ask.assay.manifestDigest !== model.manifestDigest)
    throw new AssayError('MINER_MANIFEST', { model: name, manifestDigest: model.manifestDigest })
}

/** Charges what the request may need at most, waits for its turn, and gives back what was not used. */
async function generateInBudget(
  { ask, caller, receivedAtMs, signal }: Arrived,
  promptIds: readonly number[],
  { budget, queue }: AnswerContext,
  generate: (signal: AbortSignal) => Promise<Generation>,
): Promise<Generation> {
  const work = workOf(promptIds.length, ask.max_tokens)
  const { deadlineMs } = ask.assay
  let started: AbortSignal | undefined
  budget.charge(caller, work)
  try {
    const generation = await queue.add({
      work,
      deadlineMs,
      deadlineAtMs: receivedAtMs + deadlineMs,
      signal,
      run(runSignal) {
        started = runSignal
        return generate(runSignal)
      },
    })
    budget.refund(caller, ask.max_tokens - generation.tokenIds.length)
    return generation
  } catch (error) {
    // Who goes away or sets a deadline too short pays for what ran; what never ran, or failed through us, costs nothing.
    if (started?.aborted !== true) budget.refund(caller, work)
    throw error
  }
}
