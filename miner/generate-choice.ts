import type { GeneratedToken, GenerateRequest, Generation } from '../shared/engine/engine-port.ts'
import { tokensOf } from '../shared/engine/tokens-of.ts'
import { createAnswerReader } from '../shared/models/create-answer-reader.ts'
import { joinRows } from '../shared/proof/fingerprint/hidden-rows.ts'
import { onAbort } from '../shared/util/on-abort.ts'
import type { Serving } from './serving.ts'

/** One legal answer: its tokens up to the one that ended it, and their text. */
export interface Choice {
  readonly generation: Generation
  readonly text: string
}

/** What became known of an answer in one step. */
export interface Piece {
  readonly tokens: readonly GeneratedToken[]
  /** Text that is certain now; it may lag behind the tokens. */
  readonly text: string
}

/**
 * Lets the engine answer, ends the answer with the token that completes a stop string, and tells every step as it comes. Throws what
 * the engine or `onPiece` throws.
 */
export async function generateChoice(
  { engine, model }: Pick<Serving, 'engine' | 'model'>,
  request: GenerateRequest,
  signal: AbortSignal,
  onPiece: (piece: Piece) => void = () => {},
): Promise<Choice> {
  const reader = createAnswerReader(model, request.sampling.stop)
  const enough = new AbortController()
  const tokens: GeneratedToken[] = []
  const texts: string[] = []
  let stopped = false
  /** Stopped, failed or aborted: what the engine still tells is not heard. Asking the signals would cost more than all else about a token. */
  let over = false
  let failure: { readonly error: unknown } | undefined
  const end = (reason?: unknown) => {
    over = true
    enough.abort(reason)
  }
  // Token by token, also where the engine told some at once: what goes out has one chunk for each.
  const take = (more: readonly GeneratedToken[]) => {
    for (const token of more) {
      if (over) return
      const read = reader.push(token.tokenId)
      stopped = read.stopped
      tokens.push(token)
      texts.push(read.text)
      onPiece({ tokens: [token], text: read.text })
      if (stopped) end()
    }
  }
  // It runs inside the engine's own callback, which nothing may throw into.
  const takeSafely = (more: readonly GeneratedToken[]) => {
    try {
      take(more)
    } catch (error) {
      failure ??= { error }
      end()
    }
  }
  let generation: Generation | undefined
  // Not AbortSignal.any, which costs as much as all else here.
  const unfollow = onAbort(signal, () => end(signal.reason))
  if (signal.aborted) end(signal.reason)
  try {
    generation = await engine.generate(request, enough.signal, takeSafely)
  } catch (error) {
    if (failure !== undefined) throw failure.error
    if (!stopped) throw error
  } finally {
    unfollow()
  }
  if (failure !== undefined) throw failure.error
  signal.throwIfAborted()
  // An engine need not have told its tokens one by one.
  if (generation !== undefined && !stopped && generation.tokenIds.length > tokens.length) take(tokensOf(generation).slice(tokens.length))
  const rest = reader.end()
  if (rest !== '') {
    texts.push(rest)
    onPiece({ tokens: [], text: rest })
  }
  const whole = generation !== undefined && !stopped ? generation : cut(tokens)
  return { generation: withHidden(whole, tokens), text: texts.join('') }
}

/** The hidden rows came with the tokens, unless the engine told all at its end. */
function withHidden(generation: Generation, tokens: readonly GeneratedToken[]): Generation {
  const rows = tokens.flatMap(({ hidden }) => (hidden === undefined ? [] : [hidden]))
  return generation.hidden === undefined && rows.length > 0 && rows.length === tokens.length
    ? { ...generation, hidden: joinRows(rows) }
    : generation
}

function cut(tokens: readonly GeneratedToken[]): Generation {
  const top = tokens.flatMap(token => (token.top === undefined ? [] : [token.top]))
  return {
    tokenIds: tokens.map(({ tokenId }) => tokenId),
    logProbs: Float32Array.from(tokens, ({ logProb }) => logProb),
    finishReason: 'stop',
    ...(top.length === tokens.length && { top }),
  }
}
