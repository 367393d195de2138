import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSseParser, type SseEvent } from '../../../shared/util/parse-sse.ts'
import { fuzzRuns } from '../../support/fuzz-runs.ts'

const limits = { maxEventChars: 1_000, maxBytes: 100_000 }
const read = (bytes: Uint8Array, cuts: readonly number[] = []): SseEvent[] => {
  const parser = createSseParser(limits)
  const ends = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.flatMap((end, index) => parser.push(bytes.subarray(ends[index - 1] ?? 0, end)))
}
const text = (value: string) => new TextEncoder().encode(value)

describe('the reader of server-sent events', () => {
  it('reads data, names and comments as the standard says', () => {
    const stream = ': hello\ndata: one\n\nevent: end\r\ndata:two\r\ndata:  three\r\n\r\nid: 4\nretry: 5\nother\n\ndata\n\n'
    expect(read(text(stream))).toEqual([
      { event: 'message', data: 'one' },
      { event: 'end', data: 'two\n three' },
      { event: 'message', data: '' },
    ])
  })

  it('knows a stream that ends in the middle of an event', () => {
    const cut = createSseParser(limits)
    cut.push(text('data: a\n\ndata: b\n'))
    expect(cut.end()).toBe(false)
    const whole = createSseParser(limits)
    whole.push(text('data: a\n\n'))
    expect(whole.end()).toBe(true)
    const inCharacter = createSseParser(limits)
    inCharacter.push(text('data: 😀').subarray(0, 8))
    expect(inCharacter.end()).toBe(false)
  })

  it.each([
    ['a line that never ends', () => read(text(`data: ${'x'.repeat(2_000)}`))],
    ['an event that never ends', () => read(text('data: xxxxxxxxx\n'.repeat(200)))],
    ['a stream that never ends', () => read(text(': x\n'.repeat(30_000)))],
    ['bytes that are no UTF-8', () => read(Uint8Array.of(0xff, 0xfe))],
  ])('refuses %s', (_, run) => {
    expect(run).toThrow()
  })

  it('reads the same however the bytes are cut, whatever they are', () => {
    const piece = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('data: ', 'data', ':', '\n', '\r\n', '\r', '\n\n', 'event: x', 'id: 1', ' ', '😀', '{"a":1}'),
      },
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    )
    const stream = fc.array(piece, { maxLength: 40 }).map(pieces => text(pieces.join('')))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
        expect(read(bytes, cuts)).toEqual(read(bytes))
      }),
      { numRuns: fuzzRuns(500) },
    )
  })

  it('takes any bytes at all: events or an error, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 4 }), (bytes, cuts) => {
        try {
          for (const { event, data } of read(bytes, cuts)) expect([typeof event, typeof data]).toEqual(['string', 'string'])
        } catch (error) {
          expect(error).toBeInstanceOf(error instanceof RangeError ? RangeError : TypeError)
        }
      }),
      { numRuns: fuzzRuns(500) },
    )
  })
})
