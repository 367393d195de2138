import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../../../shared/protocol/canonical-json.ts'

/** The same rule, written from the standard's words alone. */
function plain(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${plain(member)}`).join(',')}}`
}

const key = fc.oneof(
  fc.string(),
  fc.nat(200).map(String),
  fc.constantFrom('__proto__', 'a', 'b', '\u20ac', '\r', '1', '10', '2', '\ud83d\ude00', '\ufb33'),
)
const json = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('\\ud800', '\\', '"', '\u2028'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(entries => Object.fromEntries(entries)),
  ),
})).value

describe('canonical JSON', () => {
  it('is the text of the standard, whatever order the members stand in', () => {
    fc.assert(
      fc.property(json, value => {
        expect(canonicalJson(value)).toBe(plain(value))
      }),
      { numRuns: 1_000 },
    )
  })

  it('leaves out what is undefined, and changes nothing of the value', () => {
    const value = { b: { d: 1, c: undefined }, a: [{ z: 1, y: 2 }] }
    expect(canonicalJson(value)).toBe('{"a":[{"y":2,"z":1}],"b":{"d":1}}')
    expect(Object.keys(value)).toEqual(['b', 'a'])
  })

  it.each<[string, Json]>([
    ['NaN', { a: [Number.NaN] }],
    ['an infinity', [Number.NEGATIVE_INFINITY]],
    ['a lone surrogate', { b: '\ud800', a: 1 }],
    ['a lone surrogate in a key', { '\udc00x': 1 }],
    ['NaN beside a key like a number', { 1: Number.NaN }],
  ])('does not exist for %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError)
  })
})
