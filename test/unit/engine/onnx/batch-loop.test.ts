import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateRequest } from '../../../../shared/engine/engine-port.ts'
import type { Decoder } from '../../../../shared/engine/onnx/decoder.ts'
import { openDecoder } from '../../../../shared/engine/onnx/open-decoder.ts'
import { startEngineLoop } from '../../../support/engine-loop.ts'
import { buildRandomDecoder, type DecoderShape } from '../../../support/random-decoder.ts'

const shape: DecoderShape = { layers: 2, hidden: 32, heads: 4, kvHeads: 2, ff: 64, vocab: 320, context: 1024, seed: 1 }
const layout = { kvHeads: 2, headDim: 8, vocab: shape.vocab }
const model = { name: 'random', vocab: shape.vocab, context: shape.context, eosIds: new Set<number>() }

let decoder: Decoder
beforeAll(async () => {
  decoder = (await openDecoder({ graph: buildRandomDecoder(shape), folder: '.', provider: 'cpu', threads: 1, ...layout })).decoder
})
afterAll(() => decoder.release())

/** Every piece of work that the graph gets, in order: how many tokens, of how many sequences. */
function watched(): { decoder: Decoder; runs: string[] } {
  const runs: string[] = []
  const spy: Decoder = {
    ...decoder,
    extend(cache, ids, wanted) {
      runs.push(`prompt ${ids.length}`)
      return decoder.extend(cache, ids, wanted)
    },
    prefill(ids, wanted) {
      runs.push(`score ${ids.length}`)
      return decoder.prefill(ids, wanted)
    },
    openBatch() {
      const batch = decoder.openBatch()
      return {
        ...batch,
        get rows() {
          return batch.rows
        },
        get bytes() {
          return batch.bytes
        },
        step(tokenIds, withHidden) {
          runs.push(`step ${tokenIds.length}`)
          return batch.step(tokenIds, withHidden)
        },
      }
    },
  }
  return { decoder: spy, runs }
}
const start = (options: { batch?: number; kvLimitBytes?: number } = {}) => {
  const { decoder: spy, runs } = watched()
  return { runs, ...startEngineLoop({ decoder: spy, model, batch: 16, kvLimitBytes: 2 ** 30, ...options }) }
}
const request = (promptTokens: number, maxTokens: number, key = 1): GenerateRequest => ({
  promptIds: Array.from({ length: promptTokens }, (_, index) => 10 + (index % 300)),
  sampling: { temperature: 1, topK: 0, maxTokens },
  noiseKey: new Uint8Array(32).fill(key),
})

describe('the batch loop', () => {
  it('gives every running answer its token between two pieces of a long prompt', async () => {
    const { generate, runs } = start()
    const short = generate(request(3, 20), () => {})
    const long = generate(request(900, 2, 2))
    await Promise.all([short.result, long.result])
    const pieces = runs.flatMap((run, index) => (run === 'prompt 128' ? [index] : []))
    expect(pieces.length).toBe(7)
    // At most two pieces of 128 in a row.
    expect(pieces.every((at, index) => index < 2 || at - (pieces[index - 2] ?? 0) > 2)).toBe(true)
  })

  it('lets a short prompt overtake a long one', async () => {
    const { generate } = start()
    const ended: string[] = []
    const long = generate(request(1_000, 2)).result.then(() => ended.push('long'))
    const short = generate(request(5, 1)).result.then(() => ended.push('short'))
    await Promise.all([long, short])
    expect(ended).toEqual(['short', 'long'])
  })

  it('scores between the steps of the answers under way', async () => {
    const { generate, call, runs } = start()
    const answer = generate(request(5, 30))
    const scores = [1, 2, 3].map(key => call({ kind: 'score', request: { ...request(20, 5, key), tokenIds: [5, 6, 7] } }).result)
    await Promise.all([answer.result, ...scores])
    expect(runs.filter(run => run.startsWith('score')).length).toBe(3)
    expect(runs.join(' ')).not.toContain('score 22 score 22')
  })

  it('runs one step for all answers, and never more of them than its batch', async () => {
    const { generate, runs } = start({ batch: 4 })
    await Promise.all(Array.from({ length: 10 }, (_, key) => generate(request(3, 8, key)).result))
    expect(new Set(runs.filter(run => run.startsWith('step')))).toContain('step 4')
    expect(runs.some(run => /^step ([5-9]|1\d)/.test(run))).toBe(false)
  })

  it('keeps its keys and values within the limit: what has no place waits', async () => {
    const kvLimitBytes = 2 * 64 * decoder.bytesPerToken
    const { generate, steps } = start({ kvLimitBytes })
    await Promise.all([1, 2, 3, 4].map(key => generate(request(20, 40, key), () => {}).result))
    expect(Math.max(...steps.map(({ load }) => load.running))).toBe(2)
    expect(steps.every(({ load }) => load.kvBytes <= kvLimitBytes)).toBe(true)
  })

  it('refuses an answer that can never have a place', async () => {
    const { generate } = start({ kvLimitBytes: 32 * decoder.bytesPerToken })
    await expect(generate(request(20, 40)).result).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
    expect((await generate(request(20, 5)).result).tokenIds.length).toBe(5)
  })

  it('lets go of an aborted answer before the next step and frees its keys and values', async () => {
    const engine = start()
    const other = engine.generate(request(3, 40, 2))
    let after = 0
    const gone = engine.generate(request(3, 500), () => {
      if (after++ === 5) engine.loop.abort(gone.id)
    })
    await other.result
    expect(after).toBe(6)
    expect(engine.loop.load()).toMatchObject({ running: 0, kvBytes: 0 })
  })

  it('ends one answer whose logits are no numbers and no other', async () => {
    const broken = watched().decoder
    let steps = 0
    const { generate } = startEngineLoop({
      decoder: {
        ...broken,
        openBatch() {
          const batch = broken.openBatch()
          return {
            ...batch,
            async step(tokenIds, withHidden) {
              const stepped = await batch.step(tokenIds, withHidden)
              if (++steps === 3) stepped.logits.fill(Number.NaN, 0, shape.vocab)
              return stepped
            },
          }
        },
      },
      ...{ model, batch: 16, kvLimitBytes: 2 ** 30 },
    })
    const [first, second] = [generate(request(3, 10, 1)), generate(request(3, 10, 2))]
    await expect(first.result).rejects.toMatchObject({ code: 'ENGINE_LOGITS' })
    expect((await second.result).tokenIds.length).toBe(10)
  })

  it('scores a long answer in pieces as it does in one', async () => {
    const { call, runs } = start()
    const scored = { ...request(30, 5), tokenIds: request(700, 5).promptIds }
    const whole = (await call({ kind: 'score', request: { ...scored, tokenIds: scored.tokenIds.slice(0, 400) } }).result) as Score
    const pieces = (await call({ kind: 'score', request: scored }).result) as Score
    expect(runs).toEqual(['score 429', 'prompt 512', 'prompt 217'])
    expect(pieces.margins.length).toBe(700)
    expect([...pieces.margins.slice(0, 400)]).toEqual([...whole.margins])
  })

  it('counts the keys and values of a long score towards the limit, and starts it when there is room', async () => {
    const kvLimitBytes = 1_024 * decoder.bytesPerToken
    const { generate, call, runs, loop } = start({ kvLimitBytes })
    const held: number[] = []
    const first = generate(request(300, 300), () => held.push(loop.load().kvBytes))
    const score = call({ kind: 'score', request: { ...request(30, 5), tokenIds: request(700, 5).promptIds } })
    await first.result
    // 608 slots of the answer and 736 of the score are more than there are.
    expect(runs.filter(run => run === 'prompt 512')).toEqual([])
    const beside = generate(request(3, 20), () => held.push(loop.load().kvBytes))
    await Promise.all([score.result, beside.result])
    expect(runs.filter(run => run === 'prompt 512').length).toBe(1)
    expect(Math.max(...held)).toBeGreaterThan(512 * decoder.bytesPerToken)
    expect(Math.max(...held)).toBeLessThanOrEqual(kvLimitBytes)
  })

  it('refuses a score that can never have a place', async () => {
    const { call } = start({ kvLimitBytes: 700 * decoder.bytesPerToken })
    const score = call({ kind: 'score', request: { ...request(30, 5), tokenIds: request(700, 5).promptIds } })
    await expect(score.result).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
  })

  it('embeds a long text in pieces into one direction', async () => {
    const { call, runs } = start()
    const vector = (await call({ kind: 'embed', request: { tokenIds: request(600, 1).promptIds } }).result) as Float32Array
    expect(runs).toEqual(['prompt 512', 'prompt 88'])
    expect(vector.length).toBe(shape.hidden)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })
})

interface Score {
  readonly margins: Float64Array
}
