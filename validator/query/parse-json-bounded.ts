export interface JsonLimits {
  /** Arrays and objects nest at most so deep. */
  readonly maxDepth: number
  /** Members and elements of all of them together, at most. */
  readonly maxValues: number
}

/**
 * Parses UTF-8 JSON from a stranger. Throws SyntaxError on what is too deep or of too many parts, before it reaches the parser, and
 * on texts that two readers could read in two ways: a key twice, the key __proto__, lone surrogates; TypeError on bytes that are no UTF-8.
 */
export function parseJsonBounded(bytes: Uint8Array, limits: JsonLimits): unknown {
  // `fatal` refuses bytes that are no UTF-8, instead of replacing them by something that was never sent.
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  scan(text, limits)
  return JSON.parse(text, (key, value: unknown) => {
    if (!isWellFormed(key) || (typeof value === 'string' && !isWellFormed(value))) throw new SyntaxError('a lone surrogate')
    return value
  })
}

/** Walks over the structure alone; what is no JSON at all is left to the parser. */
function scan(text: string, { maxDepth, maxValues }: JsonLimits): void {
  const keys: Set<string>[] = []
  let values = 0
  let literal = ''
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '"': {
        const end = endOfString(text, index)
        literal = text.slice(index, end + 1)
        index = end
        break
      }
      case '{':
      case '[':
        if (keys.length >= maxDepth) throw new SyntaxError(`nested deeper than ${maxDepth}`)
        keys.push(new Set())
        break
      case '}':
      case ']':
        keys.pop()
        break
      case ',':
        if (++values > maxValues) throw new SyntaxError(`more than ${maxValues} values`)
        break
      case ':':
        addKey(keys.at(-1), literal)
    }
  }
}

function addKey(known: Set<string> | undefined, literal: string): void {
  const key = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
  if (key === '__proto__') throw new SyntaxError('the key __proto__')
  if (known?.has(key) === true) throw new SyntaxError('a key twice in one object')
  known?.add(key)
}

/** Index of the quote that ends the string begun at `start`; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
