import type { ModelTokenizer } from './build-tokenizer.ts'
import { createDetokenizer } from './create-detokenizer.ts'
import { createStopMatcher } from './create-stop-matcher.ts'

/** What the text of an answer depends on besides its tokens. */
export interface AnswerModel {
  readonly eosIds: ReadonlySet<number>
  readonly tokenizer: Pick<ModelTokenizer, 'decode' | 'pieceOf'>
}

/** Reads the tokens of an answer one after another, as they are chosen. */
export interface AnswerReader {
  /** Text that this token makes certain; `stopped` where a stop string is complete with it: the answer ends here. */
  push(tokenId: number): { readonly text: string; readonly stopped: boolean }
  /** The rest of the text, when no token follows. */
  end(): string
}

/** The text of an answer as it grows: without end-of-sequence tokens, cut before the first stop string. Streams, receipts and checks all read answers with this one function. */
export function createAnswerReader({ eosIds, tokenizer }: AnswerModel, stop: readonly string[] = []): AnswerReader {
  const detokenizer = createDetokenizer(tokenizer)
  const matcher = createStopMatcher(stop)
  let stopped = false
  return {
    push(tokenId) {
      if (stopped || eosIds.has(tokenId)) return { text: '', stopped }
      const read = matcher.push(detokenizer.push(tokenId))
      stopped = read.stopped
      return read
    },
    end() {
      if (stopped) return ''
      const last = matcher.push(detokenizer.end())
      stopped = true
      return last.text + matcher.end()
    },
  }
}
