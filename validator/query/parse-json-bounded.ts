const quote = 0x22
const backslash = 0x5c

/** Parses UTF-8 JSON whose arrays and objects nest at most `maxDepth` deep; throws SyntaxError before a deep text reaches the parser. */
export function parseJsonBounded(bytes: Uint8Array, maxDepth: number): unknown {
  let depth = 0
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (inString) {
      if (byte === backslash) index++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) throw new SyntaxError(`nested deeper than ${maxDepth}`)
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  // `fatal` refuses bytes that are no UTF-8, instead of replacing them by something that was never sent.
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}
