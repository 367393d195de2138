import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonBounded } from '../../../../validator/query/parse-json-bounded.ts'

const limits = { maxDepth: 64, maxValues: 10_000 }
const parse = (text: string, changes: Partial<typeof limits> = {}) =>
  parseJsonBounded(new TextEncoder().encode(text), { ...limits, ...changes })

describe('JSON from a stranger', () => {
  it('is read as JSON.parse reads it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        const text = JSON.stringify(value)
        const ambiguous = text.includes('__proto__') || /\p{Surrogate}/u.test(JSON.parse(JSON.stringify(text)))
        fc.pre(!ambiguous)
        expect(parse(text)).toEqual(JSON.parse(text))
        expect(parse(JSON.stringify(value, null, 2))).toEqual(JSON.parse(text))
      }),
      { numRuns: 300, seed: 11 },
    )
  })

  it('never gets anything but a value, a SyntaxError or a TypeError out of it', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', ' ', '\\u'), { maxLength: 40 })
        .map(parts => new TextEncoder().encode(parts.join(''))),
    )
    fc.assert(
      fc.property(bytes, input => {
        try {
          parseJsonBounded(input, limits)
        } catch (error) {
          expect(error instanceof SyntaxError || error instanceof TypeError).toBe(true)
        }
      }),
      { numRuns: 2_000, seed: 11 },
    )
  })

  it('may hold brackets, quotes and backslashes in its texts', () => {
    expect(parse('{"a":"[[[{\\"","b\\\\":"]}"}', { maxDepth: 1 })).toEqual({ a: '[[[{"', 'b\\': ']}' })
  })

  it('may nest and count up to its limits, and no further', () => {
    expect(parse('[[1,2],[3]]', { maxDepth: 2, maxValues: 2 })).toEqual([[1, 2], [3]])
    expect(() => parse('[[[1]]]', { maxDepth: 2 })).toThrow('nested deeper than 2')
    expect(() => parse('[1,2,3,4]', { maxValues: 2 })).toThrow('more than 2 values')
  })

  it('may use one key in two objects, but not twice in one', () => {
    expect(parse('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toEqual({ a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] })
    for (const text of ['{"a":1,"a":1}', '{"a":1,"b":{"c":[]},"a":2}', '{"é":1,"\\u00e9":2}', '{"a":1,"\\u0061":2}', '[{"":1,"":2}]'])
      expect(() => parse(text)).toThrow('a key twice')
  })
})
