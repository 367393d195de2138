import type { ScoreRequest, ScoreStatistics, TopLogit, TopLogitsRequest } from '../engine-port.ts'
import { createNoiseSource } from '../gumbel-noise.ts'
import { joinStatistics } from '../join-statistics.ts'
import { scoreRows } from '../score-rows.ts'
import { sumRows, unitMean } from '../unit-mean.ts'
import type { Decoder, DecoderRows, WantedRows } from './decoder.ts'
import type { CallModel } from './sequence.ts'
import type { OnceMessage, OnceResult } from './worker-messages.ts'

/** A call that is a prefill and no more. */
export interface CallSteps {
  /** Tokens that its keys and values have place for at most; 0 where it is one piece, which leaves none behind. */
  readonly places: number
  /** Bytes of keys and values that it holds now. */
  readonly bytes: number
  /** Runs one piece of it; undefined until it has its result. */
  step(): Promise<OnceResult | undefined>
}

/** Starts a call that generates nothing; nothing runs before its first step. Throws ENGINE_NOISE_KEY. */
export function startCall(message: OnceMessage, decoder: Decoder, model: CallModel, pieceTokens: number): CallSteps {
  if (message.kind === 'score') return scoreSteps(message.request, decoder, model, pieceTokens)
  if (message.kind === 'embed') return embedSteps(message.request.tokenIds, decoder, pieceTokens)
  return topLogitsSteps(message.request, decoder, model, pieceTokens)
}

/** Runs `ids` in pieces; `take` gets the rows of each and the index of its first token, and tells the result after the last. */
function inPieces(
  decoder: Decoder,
  ids: readonly number[],
  wanted: WantedRows,
  pieceTokens: number,
  take: (rows: DecoderRows, from: number, to: number) => void,
  resultOf: () => OnceResult,
): CallSteps {
  const cache = decoder.openCache()
  return {
    places: ids.length > pieceTokens ? decoder.capacityOf(ids.length) : 0,
    get bytes() {
      return cache.bytes
    },
    async step() {
      const from = cache.length
      const to = Math.min(ids.length, from + pieceTokens)
      // A sequence of one piece leaves no keys and values behind.
      const whole = from === 0 && to === ids.length
      const rows = whole ? await decoder.prefill(ids, wanted) : await decoder.extend(cache, ids.slice(from, to), wanted)
      take(rows, from, to)
      return to === ids.length ? resultOf() : undefined
    },
  }
}

function scoreSteps(
  { promptIds, tokenIds, sampling, noiseKey, wantHidden = false }: ScoreRequest,
  decoder: Decoder,
  model: CallModel,
  pieceTokens: number,
): CallSteps {
  const { vocab, eosIds } = model
  const noise = createNoiseSource(noiseKey)
  const parts: ScoreStatistics[] = []
  const hidden: Float32Array[] = []
  // The last token is judged by the logits before it; nothing is chosen after it.
  const ids = [...promptIds, ...tokenIds.slice(0, -1)]
  const first = promptIds.length - 1
  const result = () => ({ ...joinStatistics(parts), ...(wantHidden && { hidden: joinFloats(hidden) }) })
  if (tokenIds.length === 0) return { places: 0, bytes: 0, step: async () => result() }
  const take = (rows: DecoderRows, from: number, to: number) => {
    const start = Math.max(from, first)
    if (start >= to) return
    const logits = rows.logits.subarray((start - from) * vocab)
    if (wantHidden) hidden.push(rows.hidden.slice(((start - from) * rows.hidden.length) / (to - from)))
    const part = tokenIds.slice(start - first, to - first)
    parts.push(scoreRows({ logits, vocab, tokenIds: part, firstPosition: start + 1, sampling, noise, eosIds }))
  }
  return inPieces(decoder, ids, wantHidden ? 'both' : 'logits', pieceTokens, take, result)
}

function embedSteps(tokenIds: readonly number[], decoder: Decoder, pieceTokens: number): CallSteps {
  let sums = new Float64Array(0)
  const take = ({ hidden }: DecoderRows, from: number, to: number) => {
    sums = sumRows(hidden, to - from, sums)
  }
  return inPieces(decoder, tokenIds, 'hidden', pieceTokens, take, () => unitMean(sums))
}

function topLogitsSteps(
  { tokenIds, from: wantedFrom, count }: TopLogitsRequest,
  decoder: Decoder,
  { vocab }: CallModel,
  pieceTokens: number,
): CallSteps {
  const found: TopLogit[][] = []
  const take = (rows: DecoderRows, from: number, to: number) => {
    for (let index = Math.max(from, wantedFrom - 1); index < to; index++) {
      const row = rows.logits.subarray((index - from) * vocab, (index - from + 1) * vocab)
      const ranked = Array.from(row, (logit, token): TopLogit => [token, logit]).sort((a, b) => b[1] - a[1] || a[0] - b[0])
      found.push(ranked.slice(0, count))
    }
  }
  return inPieces(decoder, tokenIds.slice(0, -1), 'logits', pieceTokens, take, () => found)
}

function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
