import type { PromptGrammar } from './prompt-grammar.ts'

const triesPerLength = 8
const maxSentences = 8

/**
 * Draws a prompt of at least `leastSentences` sentences that is not in `used`, and adds it there. Where the grammar's single
 * sentences run out, sentences are joined: a prompt that two miners of a round get could be answered once and sold twice.
 */
export function drawPrompt(grammar: PromptGrammar, draw: () => number, used: Set<string>, leastSentences = 1): string {
  let prompt = ''
  for (let attempt = 0; attempt < triesPerLength * maxSentences; attempt++) {
    const sentences = leastSentences + Math.floor(attempt / triesPerLength)
    prompt = Array.from({ length: sentences }, () => drawSentence(grammar, draw)).join(' ')
    if (!used.has(prompt)) break
  }
  used.add(prompt)
  return prompt
}

function drawSentence({ templates, slots }: PromptGrammar, draw: () => number): string {
  const template = pick(templates, draw)
  return (template?.text ?? '').replace(/\{(\w+)\}/g, (slot, name: string) => pick(slots[name] ?? [], draw) ?? slot)
}

function pick<T>(values: readonly T[], draw: () => number): T | undefined {
  return values[Math.floor(draw() * values.length)]
}
