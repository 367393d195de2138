import type { ModelTokenizer } from './build-tokenizer.ts'

/** Turns tokens into text as they come. */
export interface Detokenizer {
  /** The text that one more token makes certain; empty while a character is unfinished. */
  push(tokenId: number): string
  /** What is left when no token follows. */
  end(): string
}

/** A character has four bytes at most; who leaves one unfinished for longer never finishes it. */
const maxHeldTokens = 8

/**
 * An incremental decoder of token ids. It decodes a short window, because a token's text may depend on the one before it, and gives what the
 * window's text grew by; a replacement character at its end may be a character whose last bytes are still to come, so it is held back.
 */
export function createDetokenizer(tokenizer: Pick<ModelTokenizer, 'decode' | 'pieceOf'>): Detokenizer {
  /** Tokens whose text is out, as context, and after them those whose text is not complete. */
  let window: number[] = []
  let context = 0
  let shown = 0
  let held = ''

  return {
    push(tokenId) {
      const whole = held === '' ? tokenizer.pieceOf?.(tokenId) : undefined
      if (whole !== undefined) {
        window = [tokenId]
        context = 1
        shown = whole.length
        return whole
      }
      window.push(tokenId)
      const text = tokenizer.decode(window)
      const open = window.length - context
      const certain = open >= maxHeldTokens ? text.length : lengthWithoutReplacements(text)
      const piece = text.slice(shown, certain)
      shown = Math.max(shown, certain)
      held = text.slice(shown)
      if (held !== '') return piece
      // All of it is out: what was open becomes the context of what follows.
      window = window.slice(context)
      context = window.length
      shown = tokenizer.decode(window).length
      return piece
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

function lengthWithoutReplacements(text: string): number {
  let end = text.length
  while (text.charCodeAt(end - 1) === 0xfffd) end--
  return end
}
