import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GeneratedToken, GenerateRequest } from '../../../../shared/engine/engine-port.ts'
import type { Decoder } from '../../../../shared/engine/onnx/decoder.ts'
import { createKvRoom, sizeClassOf } from '../../../../shared/engine/onnx/kv-room.ts'
import { openDecoder } from '../../../../shared/engine/onnx/open-decoder.ts'
import { createWaitingLine } from '../../../../shared/engine/onnx/waiting-line.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { startEngineLoop } from '../../../support/engine-loop.ts'
import { tinyModelFolder } from '../../../support/test-miner.ts'

let model: LoadedModel
let decoder: Decoder
beforeAll(async () => {
  model = await loadModel(tinyModelFolder)
  const { kvHeads, headDim } = model.manifest.shapes
  const { graphPath: graph, vocabSize: vocab } = model
  decoder = (await openDecoder({ graph, folder: tinyModelFolder, provider: 'cpu', threads: 1, kvHeads, headDim, vocab })).decoder
})
afterAll(() => decoder.release())

const start = (options: { kvLimitBytes: number; batch?: number }) => {
  const { manifest, vocabSize: vocab, contextLength: context } = model
  return startEngineLoop({ decoder, model: { name: manifest.name, vocab, context, eosIds: new Set() }, batch: 16, ...options })
}
const ask = (maxTokens: number, key = 1): GenerateRequest => ({
  promptIds: model.tokenizer.encode('What is 17 plus 25?'),
  sampling: { temperature: 1, topK: 0, maxTokens },
  noiseKey: new Uint8Array(32).fill(key),
})
const slots = (count: number) => ({ kvLimitBytes: count * decoder.bytesPerToken })

describe('one answer that asks for nearly the whole context', () => {
  it('decodes together with 15 short ones in little more memory than they all need', async () => {
    const { generate, steps, loop } = start(slots(512 + 15 * 64 + 128))
    const told: GeneratedToken[] = []
    const long = generate(ask(490), tokens => told.push(...tokens))
    await Promise.all(Array.from({ length: 15 }, (_, key) => generate(ask(40, key), () => {}).result))
    expect(Math.max(...steps.map(({ load }) => load.running))).toBe(16)
    expect(steps.every(({ load }) => load.kvBytes <= load.kvLimitBytes)).toBe(true)
    // It had its token in every turn of theirs.
    expect(told.length).toBeGreaterThanOrEqual(40)
    loop.abort(long.id)
  })

  it('says the same as alone, and so do those of other classes beside it', async () => {
    const alone = [1, 2].map(key => start(slots(512)).generate(ask(60, key)).result)
    const { generate, loop } = start(slots(2_048))
    const told: GeneratedToken[] = []
    const long = generate(ask(490), tokens => told.push(...tokens))
    const short = await generate(ask(60, 2)).result
    loop.abort(long.id)
    const [first, second] = await Promise.all(alone)
    expect(told.map(({ tokenId, logProb }) => [tokenId, logProb]).slice(0, 60)).toEqual(
      first?.tokenIds.slice(0, told.length).map((tokenId, index) => [tokenId, first.logProbs[index]]),
    )
    expect(short).toEqual(second)
  })

  it('keeps others like it from taking the place of short ones', async () => {
    const { generate, loop } = start(slots(2_048))
    let ended = 0
    const long = [1, 2, 3, 4].map(key => generate(ask(490, key)))
    for (const { result } of long) void result.then(() => (ended += 1))
    await Promise.all([1, 2, 3, 4, 5, 6].map(key => generate(ask(20, key)).result))
    expect([ended, loop.load().running, loop.load().waiting]).toEqual([0, 3, 1])
    for (const { id } of long) loop.abort(id)
  })

  it('does not starve while short ones keep coming', async () => {
    // Room for it and one of them: where each that ends made place for the next, it would hardly begin.
    const { generate, loop } = start({ ...slots(704), batch: 4 })
    let answered = 0
    let going = true
    const keepAsking = async (key: number) => {
      // Of several lengths, so that they end one by one.
      while (going && answered < 150) {
        await generate(ask(50 + 11 * key, key)).result
        answered += 1
      }
    }
    const others = Promise.all([1, 2, 3, 4, 5, 6].map(keepAsking))
    const begun = await new Promise<GeneratedToken>(resolve => {
      const { id } = generate(ask(490), ([token]) => {
        loop.abort(id)
        if (token !== undefined) resolve(token)
      })
    })
    going = false
    await others
    expect([begun === undefined, answered < 50]).toEqual([false, true])
  })
})

describe('the size classes', () => {
  it('grow by a factor of four', () => {
    expect([1, 256, 257, 1_024, 1_025, 100_000].map(sizeClassOf)).toEqual([256, 256, 1_024, 1_024, 4_096, 262_144])
  })

  it('account for every class by its own longest answer, and for what stays alone by itself', () => {
    const room = createKvRoom({ form: 'slots', bytesPerToken: 2, limitBytes: 1e9, batch: 16 })
    const inBatch = [32, 64, 512, 4_000].map(places => ({ places, alone: false }))
    expect(room.bytesOf([...inBatch, { places: 600, alone: true }])).toBe(2 * (2 * 64 + 512 + 4_000 + 600))
  })
})

describe('the line of calls that wait', () => {
  it('lets calls that fit overtake one that does not, so often and no more', () => {
    const started: string[] = []
    const line = createWaitingLine<string>({ patience: 3, start: call => started.push(call), refuse: () => {} })
    for (const call of ['large', 'a', 'b', 'c', 'd', 'e']) line.add(call)
    let room = false
    const judge = (call: string) => (call === 'large' && !room ? 'no memory' : 'now')
    line.advance(judge)
    line.advance(judge)
    expect([started, line.length]).toEqual([['a', 'b', 'c'], 3])
    room = true
    line.advance(judge)
    expect(started).toEqual(['a', 'b', 'c', 'large', 'd', 'e'])
  })

  it('refuses at once what never fits, wherever it stands', () => {
    const refused: string[] = []
    const line = createWaitingLine<string>({ patience: 3, start: () => {}, refuse: call => refused.push(call) })
    for (const call of ['large', 'huge']) line.add(call)
    line.advance(call => (call === 'huge' ? 'never' : 'no memory'))
    expect([refused, line.length]).toEqual([['huge'], 1])
  })
})
