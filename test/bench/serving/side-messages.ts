/** One piece of work: so many answers at once, each of so many tokens after the same prompt. */
export interface Work {
  readonly streams: number
  readonly tokens: number
  /** 0 takes the likeliest token; above it tokens are drawn. */
  readonly temperature: number
}

/** What a side is started with. */
export interface SideSetup {
  /** Folder of the model: ONNX for our engine and Transformers.js, GGUF for llama.cpp. */
  readonly folder: string
  readonly threads: number
  /** Where the packages of the peers are installed. */
  readonly peers?: string
  /** Tokens that an answer may have at most. */
  readonly context: number
}

/** The prompt of every request, as text and as the tokens of the model's own template. */
export const promptText = 'Tell a long story about a clever fox and a wise owl.'

export type ToSide = { readonly run: Work & { readonly promptIds: readonly number[] } } | 'stop'
/** First its readiness, then for each run the tokens that came of it and milliseconds to the first. */
export type FromSide<Ready = object> = { readonly ready: Ready } | { readonly tokens: number; readonly firstMs: number }

/** How callers reach the miner of our side. */
export interface MinerAddress {
  readonly url: string
  readonly apiKey: string
  readonly hotkey: string
  readonly manifestDigest: string
  readonly model: string
  readonly promptIds: readonly number[]
}
