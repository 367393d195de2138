import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from '../../miner/http/read-json.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { parseChatChunk, parseCompletionChunk } from '../../shared/protocol/answer-chunk.ts'
import { parseChatAsk, parseCompletionAsk } from '../../shared/protocol/ask.ts'
import { parseEmbeddingRequest } from '../../shared/protocol/embedding-request.ts'
import { parseInferJson } from '../../shared/protocol/infer.ts'
import { parseOpenChat, parseOpenCompletion } from '../../shared/protocol/open-request.ts'
import { packTensors, unpackTensors } from '../../shared/protocol/pack-tensors.ts'
import { samplingOf } from '../../shared/protocol/sampling-of.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { chatAsk } from '../support/signed-ask.ts'

/** Values of all kinds, and those that parsers trip over. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1e308,
    1e9,
    2 ** 53,
    '',
    '\ufffd',
    '\ud800',
    'x'.repeat(5_000),
    [],
    {},
    { __proto__: null },
    [[]],
    [null],
  ),
  fc.array(fc.constantFrom<unknown>('a', 1, null), { maxLength: 20 }),
)
const names = [
  ...['model', 'messages', 'prompt', 'input', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_k', 'top_p', 'n', 'stop', 'seed'],
  ...['stream', 'stream_options', 'logprobs', 'top_logprobs', 'tools', 'logit_bias', 'response_format', 'echo', 'assay', 'user', 'choices'],
]
/** A body that fits, with some members replaced, added or taken away. */
const bodyLike = (fits: Record<string, unknown>) =>
  fc
    .dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 })), fc.oneof(value, fc.constant(undefined)), { maxKeys: 6 })
    .map(changes => JSON.parse(JSON.stringify({ ...fits, ...changes })) as unknown)

const ask = chatAsk('a'.repeat(64))
const { messages: _, ...rest } = ask
const open = { model: 'm', messages: [{ role: 'user', content: 'hi' }], stop: ['a'] }
const chunk = { id: 'a', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: {}, finish_reason: null }] }

describe('what strangers send', () => {
  it.each<[string, (body: unknown) => unknown, Record<string, unknown>]>([
    ["a validator's chat", body => samplingOf(parseChatAsk(body)), { ...ask }],
    ["a validator's completion", body => samplingOf(parseCompletionAsk(body)), { ...rest, prompt: 'x' }],
    ['a chat of OpenAI', parseOpenChat, open],
    ['a completion of OpenAI', parseOpenCompletion, { model: 'm', prompt: ['a', 'b'], n: 2 }],
    ['a request for embeddings', parseEmbeddingRequest, { model: 'm', input: ['a'] }],
    ['a request for inference', parseInferJson, { model: 'm', inputs: { x: { type: 'int8', shape: [1], data: [1] } } }],
    ['a chunk of a chat', parseChatChunk, chunk],
    [
      'a chunk of a completion',
      parseCompletionChunk,
      { ...chunk, object: 'text_completion', choices: [{ index: 0, text: '', finish_reason: null }] },
    ],
  ])('is read as %s, or refused with a code and a place', (_, parse, fits) => {
    expect(() => parse(fits)).not.toThrow()
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: bodyLike(fits) }, { weight: 1, arbitrary: value }), body => {
        try {
          parse(body)
        } catch (error) {
          if (!isAssayError(error)) throw error
          expect(['PROTO_SHAPE', 'PROTO_PARAMETER']).toContain(error.code)
          expect(error.message.length).toBeLessThan(2_000)
        }
      }),
      { numRuns: fuzzRuns(200) },
    )
  })

  it('is a list of tensors, or refused as none, wherever a byte of it is another', () => {
    const packed = packTensors('m', { a: { type: 'float32', shape: [2], bytes: new Uint8Array(8) } })
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.nat(20), (at, byte, cut) => {
        const body = Uint8Array.from(packed.subarray(0, packed.length - (cut > 10 ? cut : 0)))
        body[at] = byte
        try {
          for (const { bytes, shape } of Object.values(unpackTensors(body).inputs))
            expect(shape.reduce((a, b) => a * b, 1)).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(isAssayError(error, 'PROTO_SHAPE')).toBe(true)
        }
      }),
      { numRuns: fuzzRuns(200) },
    )
  })

  it('is JSON in UTF-8, or refused as none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        try {
          readJson(bytes)
        } catch (error) {
          expect(isAssayError(error, 'MINER_BODY')).toBe(true)
        }
      }),
      { numRuns: fuzzRuns(200) },
    )
  })
})
