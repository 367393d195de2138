/** A token that structures a prompt and that no text may produce. */
export interface SpecialToken {
  readonly id: number
  readonly content: string
}

/*
 * Lone surrogates cannot come from any text in UTF-8, so what they enclose cannot be forged by a message:
 * an alias stands for a special token that the template wrote, a mark for one that a message merely spells.
 */

/** Name of a special token inside the guarded tokenizer. */
export function specialAlias(id: number): string {
  return `\udbff${id}\udfff`
}

const spelledMark = (index: number) => `\ud800${index}\udc00`

/** A text as UTF-8 can carry it: lone surrogates become U+FFFD. */
export function toText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** Puts marks where a message spells special tokens, so that the template's own can be told apart after rendering. */
export function markSpelled(text: string, specials: readonly SpecialToken[]): string {
  return replaceSpecials(toText(text), specials, spelledMark)
}

/** Turns rendered text into marked text: special tokens become aliases, what messages spelled becomes ordinary text again. */
export function markRendered(rendered: string, specials: readonly SpecialToken[]): string {
  const aliased = replaceSpecials(rendered, specials, index => specialAlias(specials[index]?.id ?? 0))
  return aliased.replace(/\ud800(\d+)\udc00/g, (_, index: string) => specials[Number(index)]?.content ?? '')
}

function replaceSpecials(text: string, specials: readonly SpecialToken[], replacement: (index: number) => string): string {
  if (specials.length === 0) return text
  const { indexOf, pattern } = finderOf(specials)
  return text.replace(pattern, content => replacement(indexOf.get(content) ?? 0))
}

interface SpecialFinder {
  readonly indexOf: ReadonlyMap<string, number>
  readonly pattern: RegExp
}

// A model's list is one and the same for all its prompts, and making its pattern takes longer than using it.
const finders = new WeakMap<readonly SpecialToken[], SpecialFinder>()

function finderOf(specials: readonly SpecialToken[]): SpecialFinder {
  const known = finders.get(specials)
  if (known !== undefined) return known
  const indexOf = new Map(specials.map(({ content }, index) => [content, index]))
  const longestFirst = [...indexOf.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(content => content.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
  const finder = { indexOf, pattern }
  finders.set(specials, finder)
  return finder
}
