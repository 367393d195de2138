import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { createUpstreamEngine, type UpstreamOptions } from '../../../shared/engine/upstream/create-upstream-engine.ts'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { startVllmStandIn, type VllmStandIn } from '../../support/vllm-stand-in.ts'

let model: LoadedModel
let local: Engine
const closers: (() => Promise<void>)[] = []
const { signal } = new AbortController()

beforeAll(async () => {
  model = await loadModel('config/models/assay-tiny')
  local = await createOnnxEngine({ model })
})
afterAll(() => local.close())
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function replica(fault: VllmStandIn['fault'] = 'none'): Promise<VllmStandIn> {
  const standIn = await startVllmStandIn(model, local)
  standIn.fault = fault
  closers.push(() => standIn.close())
  return standIn
}
async function engineOver(replicas: readonly VllmStandIn[], options: Partial<UpstreamOptions> = {}): Promise<Engine> {
  const urls = replicas.map(({ url }) => url)
  const engine = await createUpstreamEngine({ model, urls, upstreamModel: 'served-model', log: () => undefined, ...options })
  closers.push(() => engine.close())
  return engine
}
const ask = (maxTokens = 24): GenerateRequest => ({
  promptIds: [...model.tokenizer.encode('Name some gifts for a kind baker.')],
  sampling: { temperature: 0, topK: 0, maxTokens },
  noiseKey: new Uint8Array(32),
})

describe('an upstream engine', () => {
  it('gives the tokens and log-probabilities that its server computed, as they come', async () => {
    const engine = await engineOver([await replica()])
    const streamed: number[] = []
    const generation = await engine.generate({ ...ask(), topLogProbs: 3 }, signal, tokens =>
      streamed.push(...tokens.map(({ tokenId }) => tokenId)),
    )
    const own = await local.generate({ ...ask(), topLogProbs: 3 }, signal)
    expect(generation).toEqual(own)
    expect(streamed).toEqual(own.tokenIds)
  })
  it('scores an answer at temperature 0 as the server itself would, and finds the token that was not the likeliest', async () => {
    const engine = await engineOver([await replica()])
    const { tokenIds } = await local.generate(ask(12), signal)
    const wrong = tokenIds.map((id, index) => (index === 5 ? (id + 1) % model.vocabSize : id))
    const scored = await engine.score({ ...ask(12), tokenIds: wrong }, signal)
    const own = await local.score({ ...ask(12), tokenIds: wrong }, signal)
    for (const [index, margin] of own.margins.entries()) expect(scored.margins[index]).toBeCloseTo(margin, 4)
    for (const [index, logProb] of own.logProbs.entries()) expect(scored.logProbs[index]).toBeCloseTo(logProb, 4)
    expect([...scored.surprisals]).toEqual([...own.surprisals])
    expect(scored.margins[5]).toBeGreaterThan(0)
    await expect(engine.score({ ...ask(), sampling: { temperature: 1, topK: 0, maxTokens: 12 }, tokenIds }, signal)).rejects.toThrow(
      'temperature 0',
    )
  })
  it('sends each request to the server with the fewest tokens outstanding', async () => {
    const [slow, free] = [await replica('hang'), await replica()]
    const engine = await engineOver([slow, free])
    const stuck = new AbortController()
    const waiting = engine.generate(ask(500), stuck.signal).catch(error => error)
    for (let turn = 0; turn < 3; turn++) await engine.generate(ask(2), signal)
    expect(slow.bodies).toHaveLength(1)
    expect(free.bodies).toHaveLength(3)
    stuck.abort(new Error('enough'))
    expect(await waiting).toEqual(new Error('enough'))
  })
  it.each(['error-500', 'cut-before-first', 'garbled', 'error-in-stream'] as const)(
    'goes to another server where the first fails before its first token (%s)',
    async fault => {
      const [broken, whole] = [await replica(fault), await replica()]
      const engine = await engineOver([broken, whole])
      expect(await engine.generate(ask(), signal)).toEqual(await local.generate(ask(), signal))
      expect([broken.bodies.length, whole.bodies.length]).toEqual([1, 1])
    },
  )
  it('tries nowhere else once a token was shown, so that nothing is answered twice', async () => {
    const [broken, whole] = [await replica('cut-after-4'), await replica()]
    const engine = await engineOver([broken, whole])
    const streamed: number[] = []
    await expect(engine.generate(ask(), signal, tokens => streamed.push(...tokens.map(({ tokenId }) => tokenId)))).rejects.toMatchObject({
      code: 'ENGINE_UPSTREAM',
    })
    expect(streamed).toHaveLength(4)
    expect(whole.bodies).toHaveLength(0)
  })
  it('says that no server is left where all fail, and does not ask one twice', async () => {
    const both = [await replica('error-500'), await replica('error-500')]
    const engine = await engineOver(both)
    await expect(engine.generate(ask(), signal)).rejects.toThrow(/500 out of memory/)
    expect(both.map(({ bodies }) => bodies.length)).toEqual([1, 1])
  })
  it('gives up on a server that never sends its first byte', async () => {
    const [stuck, whole] = [await replica('hang'), await replica()]
    const engine = await engineOver([stuck, whole], { firstByteMs: 200 })
    expect((await engine.generate(ask(3), signal)).tokenIds).toHaveLength(3)
  })
  it('refuses to answer without token ids, since no receipt could be signed', async () => {
    const engine = await engineOver([await replica('no-token-ids')])
    await expect(engine.generate(ask(), signal)).rejects.toMatchObject({ code: 'ENGINE_UPSTREAM_TOKENS' })
  })
  it('asks no other server what one refused for what it says', async () => {
    const both = [await replica('refuse-400'), await replica('refuse-400')]
    const engine = await engineOver(both)
    await expect(engine.generate(ask(), signal)).rejects.toThrow(/400/)
    expect(both.reduce((sum, { bodies }) => sum + bodies.length, 0)).toBe(1)
  })
  it('leaves nothing to the server’s own defaults that would change an answer', async () => {
    const standIn = await replica()
    const engine = await engineOver([standIn])
    await engine.generate(ask(2), signal)
    expect(standIn.bodies[0]).toMatchObject({
      ...{ temperature: 0, top_p: 1, min_p: 0, top_k: -1, repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0 },
      ...{ stop_token_ids: [...model.eosIds], add_special_tokens: false, skip_special_tokens: false, max_tokens: 2 },
    })
  })
  it('ends an answer at its end-of-sequence token, though the server goes on', async () => {
    const engine = await engineOver([await replica('past-the-end')])
    const long = ask(400)
    const own = await local.generate(long, signal)
    expect(own.finishReason).toBe('stop')
    expect(await engine.generate(long, signal)).toEqual(own)
  })
  it('finds out a server whose tokens are not the model’s', async () => {
    const engine = await engineOver([await replica('other-vocabulary')])
    await expect(engine.generate(ask(), signal)).rejects.toThrow('it runs another model')
  })
  it('reads token ids from the log-probabilities of llama.cpp’s server', async () => {
    const engine = await engineOver([await replica('llama-server')])
    const asked = { ...ask(), topLogProbs: 2 }
    expect(await engine.generate(asked, signal)).toEqual(await local.generate(asked, signal))
  })
  it('ends the server’s work when the caller is gone', async () => {
    const standIn = await replica()
    const engine = await engineOver([standIn])
    const caller = new AbortController()
    const answer = engine.generate(ask(500), caller.signal, () => caller.abort(new Error('gone')))
    await expect(answer).rejects.toThrow('gone')
    await expect.poll(() => standIn.open()).toBe(0)
  })
  it('asks no routes but three, with its key in the header alone', async () => {
    const standIn = await replica()
    const engine = await engineOver([standIn], { apiKey: 'secret-of-the-upstream' })
    await engine.generate(ask(2), signal)
    expect([...new Set(standIn.paths)].sort()).toEqual(['/v1/completions', '/v1/models'])
    expect(new Set(standIn.keys)).toEqual(new Set(['Bearer secret-of-the-upstream']))
    expect(JSON.stringify([standIn.paths, standIn.bodies])).not.toContain('secret-of-the-upstream')
  })
  it('does not start where no server has the model, and says what they have', async () => {
    const standIn = await replica()
    await expect(createUpstreamEngine({ model, urls: [standIn.url], upstreamModel: 'other', log: () => undefined })).rejects.toThrow(
      'it serves served-model, not other',
    )
  })
})
