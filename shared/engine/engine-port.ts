import type { HiddenRows } from '../proof/fingerprint/hidden-rows.ts'
import type { Sampling } from '../protocol/sampling.ts'

export interface GenerateRequest {
  readonly promptIds: readonly number[]
  readonly sampling: Sampling
  /** 32 bytes that fix the noise of every position; ignored at temperature 0. */
  readonly noiseKey: Uint8Array
  /** How many of the likeliest tokens to tell at each position, 0 to 20; none unless asked. */
  readonly topLogProbs?: number
  /** Tell the last hidden row behind each token; an engine without `hiddenSize` refuses with ENGINE_HIDDEN. */
  readonly wantHidden?: boolean
}

/** One chosen token, as soon as it is chosen. */
export interface GeneratedToken {
  readonly tokenId: number
  /** Natural log-probability under the model at temperature 1, before top-k. */
  readonly logProb: number
  /** The likeliest tokens of this position with their log-probabilities, best first, where asked for. */
  readonly top?: readonly (readonly [token: number, logProb: number])[]
  /** The last hidden row that the token was chosen from, as float16 patterns [hiddenSize], where asked for. */
  readonly hidden?: Uint16Array
}

/** What an engine does now, for metrics and admission. */
export interface EngineLoad {
  /** Sequences that decode or prefill now, and those that wait for a place. */
  readonly running: number
  readonly waiting: number
  /** Bytes of the KV cache in use, and how many there may be. */
  readonly kvBytes: number
  readonly kvLimitBytes: number
}

export interface Generation {
  /** Includes the end-of-sequence token where the answer stopped at one. */
  readonly tokenIds: readonly number[]
  /** Natural log-probability of each chosen token under the model at temperature 1, before top-k. */
  readonly logProbs: Float32Array
  readonly finishReason: 'stop' | 'length'
  /** As in GeneratedToken, one list a token, where asked for. */
  readonly top?: readonly (readonly (readonly [token: number, logProb: number])[])[]
  /** The last hidden rows, one a token, where asked for; left out where they went out with the tokens. */
  readonly hidden?: HiddenRows
}

export interface ScoreRequest extends GenerateRequest {
  /** The answer to be judged, as its receipt states it. */
  readonly tokenIds: readonly number[]
}

/** What one prefill of prompt and answer says of each answer token; plain numbers, so that judging again is arithmetic. */
export interface ScoreStatistics {
  /** T*(max_v(l_v/T + G_v) - (l_g/T + G_g)) >= 0; greedy: max_v l_v - l_g; Infinity where the token was masked out by top-k. */
  readonly margins: Float64Array
  /** Natural log-probability of the token at temperature 1, before top-k. */
  readonly logProbs: Float64Array
  /** Entropy in nats of the distribution that the token was drawn from (temperature and top-k applied). */
  readonly entropies: Float64Array
  /** -ln p of the token in the distribution that it was drawn from; Infinity where masked out. */
  readonly surprisals: Float64Array
  /** Probability of ending here (all end-of-sequence ids together) in the distribution drawn from. */
  readonly endProbabilities: Float64Array
}

export interface ScoreResult extends ScoreStatistics {
  /** The reference's last hidden rows [tokens, hiddenSize], where asked for; row t predicted answer token t. */
  readonly hidden?: Float32Array
}

export interface TopLogitsRequest {
  /** Prompt and answer together. */
  readonly tokenIds: readonly number[]
  /** Index of the first token whose predicting logits are wanted, at least 1. */
  readonly from: number
  /** How many of the highest logits of each position. */
  readonly count: number
}

/** A token and its raw logit. */
export type TopLogit = readonly [token: number, logit: number]

/** What runs a model. Every call may be aborted; a closed engine refuses with ENGINE_CLOSED. */
export interface Engine {
  /** Digest of the manifest of the model that is really loaded. */
  readonly manifestDigest: string
  /** Where it runs, e.g. cpu; never another than asked for without a loud warning. */
  readonly provider: string
  /** True where the sampler cannot follow a noise key: then only answers at temperature 0 can be verified, and a request for others that wants a receipt is refused. */
  readonly greedyOnly?: boolean
  /** Numbers in a last hidden row; undefined where hidden rows cannot be seen. */
  readonly hiddenSize?: number
  /** `onTokens` gets the tokens of each step as soon as they are chosen, the last ones before the promise resolves; an engine that cannot stream gives all at the end. */
  generate(request: GenerateRequest, signal: AbortSignal, onTokens?: (tokens: readonly GeneratedToken[]) => void): Promise<Generation>
  score(request: ScoreRequest, signal: AbortSignal): Promise<ScoreResult>
  /** The highest logits that predict each token from `from` on, best first, from one prefill; the canary needs it, an engine that cannot see logits leaves it out. */
  topLogits?(request: TopLogitsRequest, signal: AbortSignal): Promise<readonly (readonly TopLogit[])[]>
  /** One vector for a text: the mean of the last hidden rows over its tokens, of length 1; left out where hidden rows cannot be seen. */
  embed?(tokenIds: readonly number[], signal: AbortSignal): Promise<Float32Array>
  load?(): EngineLoad
  close(): Promise<void>
}
