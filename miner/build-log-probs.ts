import type { GeneratedToken } from '../shared/engine/engine-port.ts'
import type { AnswerModel } from '../shared/models/create-answer-reader.ts'
import type { ChatLogProbs, CompletionLogProbs } from '../shared/protocol/choice-log-probs.ts'

/** Puts the log-probabilities of an answer's tokens into the form of a choice, as they come. */
export interface LogProbBuilder<T> {
  /** The form of these further tokens alone. */
  take(tokens: readonly GeneratedToken[]): T
  /** The form of all tokens so far. */
  all(): T
}

/** Makes the builder of one answer; the token that ends the sequence is not told. */
export function createLogProbBuilder(kind: 'chat' | 'completion', model: AnswerModel): LogProbBuilder<ChatLogProbs | CompletionLogProbs> {
  const taken: GeneratedToken[] = []
  let offset = 0
  const build = (tokens: readonly GeneratedToken[], from: number) =>
    kind === 'chat' ? buildChatLogProbs(model, tokens) : buildCompletionLogProbs(model, tokens, from)
  return {
    take(tokens) {
      const shown = shownTokens(model, tokens)
      const from = offset
      taken.push(...shown)
      offset += shown.reduce((sum, { tokenId }) => sum + model.tokenizer.decode([tokenId]).length, 0)
      return build(shown, from)
    },
    all: () => build(taken, 0),
  }
}

/** Log-probabilities of tokens in the form of a chat's choice. */
export function buildChatLogProbs({ tokenizer }: AnswerModel, tokens: readonly GeneratedToken[]): ChatLogProbs {
  const named = (tokenId: number, logProb: number) => {
    const token = tokenizer.decode([tokenId])
    return { token, logprob: finite(logProb), bytes: token.includes('\ufffd') ? null : [...Buffer.from(token, 'utf8')] }
  }
  return {
    content: tokens.map(({ tokenId, logProb, top = [] }) => ({
      ...named(tokenId, logProb),
      top_logprobs: top.map(([id, topLogProb]) => named(id, topLogProb)),
    })),
  }
}

/** The same in the form of a plain completion's choice; `offset` is the length of the text before these tokens. */
export function buildCompletionLogProbs({ tokenizer }: AnswerModel, tokens: readonly GeneratedToken[], offset = 0): CompletionLogProbs {
  const texts = tokens.map(({ tokenId }) => tokenizer.decode([tokenId]))
  let at = offset
  return {
    tokens: texts,
    token_logprobs: tokens.map(({ logProb }) => finite(logProb)),
    // Two tokens may have one text: the likelier one, which comes first, keeps the place.
    top_logprobs: tokens.map(({ top = [] }) =>
      Object.fromEntries([...top].reverse().map(([id, logProb]) => [tokenizer.decode([id]), finite(logProb)])),
    ),
    text_offset: texts.map(({ length }) => {
      const start = at
      at += length
      return start
    }),
  }
}

/** Tokens without those that end the sequence. */
export function shownTokens({ eosIds }: AnswerModel, tokens: readonly GeneratedToken[]): readonly GeneratedToken[] {
  return tokens.filter(({ tokenId }) => !eosIds.has(tokenId))
}

// JSON has no infinities; this is what the field writes for "as good as impossible".
function finite(logProb: number): number {
  return Number.isFinite(logProb) ? logProb : -9999
}
