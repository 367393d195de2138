import { randomBytes } from 'node:crypto'
import type { ChatLogProbs, CompletionLogProbs } from '../shared/protocol/choice-log-probs.ts'
import { contentDigest, promptDigest } from '../shared/protocol/content-digest.ts'
import { noiseKey } from '../shared/protocol/noise-key.ts'
import type { OpenRequest } from '../shared/protocol/open-request.ts'
import type { Sampling } from '../shared/protocol/sampling.ts'
import { followAbort } from '../shared/util/follow-abort.ts'
import { sha256Hex } from '../shared/util/sha256-hex.ts'
import { createLogProbBuilder } from './build-log-probs.ts'
import { type Choice, generateChoice } from './generate-choice.ts'
import type { KeyCaller } from './keys/create-key-ring.ts'
import { readPrompt } from './read-prompt.ts'
import type { RequestQueue } from './scheduling/request-queue.ts'
import { workOf } from './scheduling/work-of.ts'
import type { FindServing, Serving } from './serving.ts'
import type { Activity } from './status/activity.ts'
import { watchAnswer } from './status/watch-answer.ts'

export interface CompleteContext {
  readonly findServing: FindServing
  readonly queue: RequestQueue
  readonly activity: Pick<Activity, 'enter'>
}

/** A request of a caller with an API key. */
export interface OpenArrived {
  readonly kind: 'chat' | 'completion'
  readonly request: OpenRequest
  readonly key: KeyCaller
  /** On the monotonic clock. */
  readonly receivedAtMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
}

/** A step of one of the answers. */
export interface OpenPiece {
  readonly index: number
  readonly text: string
  readonly logprobs?: ChatLogProbs | CompletionLogProbs
  /** In the answer's last piece. */
  readonly finishReason?: 'stop' | 'length'
}

export interface CompletedChoice {
  readonly index: number
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  readonly logprobs?: ChatLogProbs | CompletionLogProbs
}

export interface CompletedOpen {
  readonly choices: readonly CompletedChoice[]
  readonly promptTokens: number
  readonly completionTokens: number
}

/** All callers with keys together stand in the queue as one, without any stake: they never take what is guaranteed to a validator. */
export const keyCallers = 'api-keys'
/** A caller with a key waits as long as its client does; this is where we give up. */
const deadlineMs = 600_000

interface Plan {
  readonly index: number
  readonly promptIds: readonly number[]
  readonly sampling: Sampling
  readonly noiseKey: Uint8Array
}

/**
 * Answers a request of OpenAI's protocol: every source `n` times, all at once, with noise of its own for each; `onPiece` hears every step.
 * No receipt is made, so sampling is free: without a seed it is drawn. Throws MINER_* and ENGINE_* refusals.
 */
export async function completeOpen(
  arrived: OpenArrived,
  { findServing, queue, activity }: CompleteContext,
  onPiece?: (piece: OpenPiece) => void,
): Promise<CompletedOpen> {
  const { request, key, receivedAtMs } = arrived
  const serving = findServing(request.model)
  key.budget.assertOpen(key.name)
  const plans = planChoices(request, serving, tokens => key.budget.charge(key.name, workOf(tokens, 0)))
  const failed = new AbortController()
  const { signal, forget } = followAbort([arrived.signal, failed.signal])
  const answer = async (plan: Plan): Promise<CompletedChoice & { readonly tokens: number }> => {
    const work = workOf(plan.promptIds.length, plan.sampling.maxTokens)
    const logProbs = logProbBuilderOf(arrived, serving)
    key.budget.charge(key.name, work)
    let used = 0
    let begun = false
    let unused: number | undefined
    try {
      const { generation, text } = await queue.add<Choice>({
        ...{ caller: keyCallers, work, deadlineMs, deadlineAtMs: receivedAtMs + deadlineMs, signal },
        spent: ({ generation }) => workOf(plan.promptIds.length, generation.tokenIds.length),
        run(runSignal) {
          begun = true
          return watchAnswer(activity, { caller: keyCallers, receivedAtMs, promptTokens: plan.promptIds.length }, step =>
            generateChoice(serving, generateRequestOf(plan, request), runSignal, piece => {
              used += piece.tokens.length
              step(piece.tokens.length)
              if (onPiece === undefined) logProbs?.take(piece.tokens)
              else onPiece({ index: plan.index, text: piece.text, ...(logProbs && { logprobs: logProbs.take(piece.tokens) }) })
            }),
          )
        },
      })
      unused = plan.sampling.maxTokens - generation.tokenIds.length
      const { finishReason } = generation
      onPiece?.({ index: plan.index, text: '', finishReason })
      const told = onPiece === undefined && logProbs !== undefined ? { logprobs: logProbs.all() } : {}
      return { index: plan.index, text, finishReason, tokens: generation.tokenIds.length, ...told }
    } catch (error) {
      // The other answers of this request are of no use without this one.
      failed.abort(error)
      throw error
    } finally {
      // As validators: who goes away pays for what ran; what never ran, or failed through us, costs nothing.
      key.budget.refund(key.name, unused ?? (begun && arrived.signal.aborted ? plan.sampling.maxTokens - used : work))
    }
  }
  const results = await Promise.allSettled(plans.map(answer))
  forget()
  signal.throwIfAborted()
  const choices = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const prompts = plans.filter(({ index }) => index % request.n === 0)
  return {
    choices,
    promptTokens: prompts.reduce((sum, { promptIds }) => sum + promptIds.length, 0),
    completionTokens: choices.reduce((sum, { tokens }) => sum + tokens, 0),
  }
}

function planChoices(request: OpenRequest, { model }: Serving, payRefused: (promptTokens: number) => void): Plan[] {
  const { temperature, topK, stop, n } = request
  const requestSeed = request.seed === null ? randomBytes(32).toString('hex') : sha256Hex(`assay/seed/1 ${request.seed}`)
  return request.sources.flatMap((source, place) => {
    const promptIds = readPrompt(source, request.maxTokens ?? 1, model, payRefused)
    const maxTokens = request.maxTokens ?? model.contextLength - promptIds.length
    const sampling: Sampling = { maxTokens, ...(stop.length > 0 && { stop: [...stop] }), temperature, topK }
    const digest = contentDigest({
      ...{ manifestDigest: model.manifestDigest, promptDigest: promptDigest(promptIds), sampling, scope: 'request' },
    })
    return Array.from({ length: n }, (_, choice) => ({
      index: place * n + choice,
      promptIds,
      sampling,
      // The scope without a hotkey: nothing here is a validator's, and one seed gives one answer on every miner.
      noiseKey: noiseKey({ requestSeed, contentDigest: digest, choice, scope: 'request', hotkey: '' }),
    }))
  })
}

function generateRequestOf({ promptIds, sampling, noiseKey: key }: Plan, { topLogProbs }: OpenRequest) {
  return { promptIds, sampling, noiseKey: key, ...(topLogProbs !== null && topLogProbs > 0 && { topLogProbs }) }
}

function logProbBuilderOf({ kind, request }: OpenArrived, { model }: Serving) {
  return request.topLogProbs === null ? undefined : createLogProbBuilder(kind, model)
}
