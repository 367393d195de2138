import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GeneratedToken, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { createDecoder } from '../../shared/engine/onnx/create-decoder.ts'
import type { Decoder } from '../../shared/engine/onnx/decoder.ts'
import { openDecoder } from '../../shared/engine/onnx/open-decoder.ts'
import { openSession } from '../../shared/engine/onnx/open-session.ts'
import { startEngineLoop } from '../support/engine-loop.ts'
import { buildRandomDecoder, type DecoderShape } from '../support/random-decoder.ts'

const shape: DecoderShape = { layers: 2, hidden: 64, heads: 4, kvHeads: 2, ff: 64, vocab: 320, context: 4_096, seed: 1 }
const layout = { kvHeads: shape.kvHeads, headDim: shape.hidden / shape.heads, vocab: shape.vocab }
const place = { folder: '.', provider: 'cpu', threads: 1, ...layout }
const model = { name: 'random', vocab: shape.vocab, context: shape.context, eosIds: new Set([3, 40, 77, 114, 151, 188]) }

interface Visit {
  readonly request: GenerateRequest
  /** Steps of the others before it comes. */
  readonly comesAt: number
  /** Tokens after which its caller leaves; never where 0. */
  readonly leavesAfter: number
}

const visits = fc.array(
  fc
    .record({
      promptIds: fc.array(fc.nat(shape.vocab - 1), { minLength: 1, maxLength: 150 }),
      temperature: fc.constantFrom(0, 0.7, 1, 1.3),
      topK: fc.constantFrom(0, 10),
      // Also of the next two size classes, which decode in batches of their own.
      maxTokens: fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 1, max: 60 }) }, fc.constantFrom(500, 3_000)),
      key: fc.nat(255),
      topLogProbs: fc.constantFrom(0, 2),
      wantHidden: fc.boolean(),
      comesAt: fc.nat(60),
      leavesAfter: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
    })
    .map(({ promptIds, temperature, topK, maxTokens, key, comesAt, leavesAfter, ...wanted }): Visit => {
      const sampling = { temperature, topK, maxTokens }
      const request = { promptIds, sampling, noiseKey: new Uint8Array(32).fill(key), ...wanted }
      // Nobody here waits for thousands of tokens.
      return { request, comesAt, leavesAfter: maxTokens > 60 ? leavesAfter || 40 : leavesAfter }
    }),
  { minLength: 2, maxLength: 20 },
)

const start = (decoder: Decoder, batch: number) => startEngineLoop({ decoder, model, batch, kvLimitBytes: 2 ** 30 })

/** What an answer told token by token, and what it ended with unless its caller left. */
interface Heard {
  readonly told: readonly GeneratedToken[]
  readonly result?: Generation
}

/** Lets all of them come and go. */
async function inCompany(decoder: Decoder, guests: readonly Visit[]): Promise<readonly Heard[]> {
  const engine = start(decoder, 6)
  const comers = [...guests.entries()].sort(([, one], [, other]) => one.comesAt - other.comesAt)
  const found: Heard[] = []
  return await new Promise((resolve, reject) => {
    let missing = guests.length
    const settle = (index: number, answer: Heard) => {
      found[index] = answer
      missing -= 1
      if (missing === 0) resolve(found)
      // Where all others are gone no step counts on to the next one.
      else come()
    }
    const come = () => {
      const comer = comers.shift()
      if (comer === undefined) return
      const [index, { request, leavesAfter }] = comer
      const told: GeneratedToken[] = []
      const { id, result } = engine.generate(request, tokens => {
        told.push(...tokens)
        if (told.length !== leavesAfter) return
        engine.loop.abort(id)
        settle(index, { told })
      })
      result.then(answer => told.length !== leavesAfter && settle(index, { told, result: answer }), reject)
    }
    engine.onStep(() => {
      while (comers[0] !== undefined && comers[0][1].comesAt <= engine.steps.length) come()
    })
    come()
  })
}

/** What an answer tells without any company, until it ends or has told so many tokens. */
async function byItself(decoder: Decoder, request: GenerateRequest, tokens: number): Promise<Heard> {
  const engine = start(decoder, 1)
  const told: GeneratedToken[] = []
  return await new Promise((resolve, reject) => {
    const { id, result } = engine.generate(request, more => {
      told.push(...more)
      if (told.length !== tokens) return
      engine.loop.abort(id)
      resolve({ told })
    })
    result.then(answer => resolve({ told, result: answer }), reject)
  })
}

describe.each(['slots', 'shared', 'grown'] as const)('an answer of a graph whose keys and values are %s', form => {
  let decoder: Decoder
  beforeAll(async () => {
    const graph = buildRandomDecoder(shape, { attention: form === 'shared' ? 'group-query' : 'standard' })
    if (form === 'grown') decoder = createDecoder((await openSession(graph, '.', 'cpu', 1)).session, layout)
    else decoder = (await openDecoder({ ...place, graph })).decoder
    expect(decoder.form).toBe(form)
  })
  afterAll(() => decoder.release())

  it('is the same to the last bit whoever comes and goes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(visits, async drawn => {
        const guests = decoder.hasHidden ? drawn : drawn.map(withoutHidden)
        const found = await inCompany(decoder, guests)
        for (const [index, { request }] of guests.entries()) {
          const company = found[index]
          const alone = await byItself(
            decoder,
            request,
            company?.result === undefined ? (company?.told.length ?? 0) : Number.POSITIVE_INFINITY,
          )
          expect(company).toEqual(alone)
        }
      }),
      { numRuns: 8 },
    )
  })
})

function withoutHidden(visit: Visit): Visit {
  return { ...visit, request: { ...visit.request, wantHidden: false } }
}
