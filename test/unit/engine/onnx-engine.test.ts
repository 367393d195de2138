import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { callWorker } from '../../../shared/engine/onnx/call-worker.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { threadLine } from '../../../shared/engine/onnx/start-thread.ts'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { smallShape, writeRandomDecoder } from '../../support/random-decoder.ts'

let model: LoadedModel
let engine: Engine
let remove: () => Promise<void>
const never = new AbortController().signal
const request = (key: number, maxTokens = 40, temperature = 1, topK = 0): GenerateRequest => ({
  promptIds: model.promptIdsOf({ messages: [{ role: 'user', content: 'hello' }] }),
  sampling: { temperature, topK, maxTokens },
  noiseKey: new Uint8Array(32).fill(key),
})

beforeAll(async () => {
  const written = await writeRandomDecoder(smallShape)
  remove = written.remove
  model = await loadModel(written.folder)
  engine = await createOnnxEngine({ model })
})
afterAll(async () => {
  await engine.close()
  await remove()
})

describe('the ONNX engine', () => {
  it('gives one answer to one noise key and another to another', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map(key => engine.generate(request(key), never)))
    expect(again).toEqual(first)
    expect(other?.tokenIds).not.toEqual(first?.tokenIds)
  })

  it.each([
    [0, 0],
    [0.7, 0],
    [1, 0],
    [1.3, 10],
  ])('finds nearly no margin in its own answer at temperature %d and top-k %d', async (temperature, topK) => {
    const asked = request(3, 60, temperature, topK)
    const { tokenIds, logProbs } = await engine.generate(asked, never)
    const statistics = await engine.score({ ...asked, tokenIds }, never)
    expect(Math.max(...statistics.margins)).toBeLessThan(1e-4)
    expect(Math.max(...logProbs.map((value, index) => Math.abs(value - (statistics.logProbs[index] ?? 0))))).toBeLessThan(1e-4)
  })

  it('finds a large margin in an answer to another noise key', async () => {
    const { tokenIds } = await engine.generate(request(4), never)
    const { margins } = await engine.score({ ...request(5), tokenIds }, never)
    expect(margins.reduce((sum, margin) => sum + margin, 0) / margins.length).toBeGreaterThan(0.5)
  })

  it('answers the same with two threads as with one', async () => {
    const two = await createOnnxEngine({ model, threads: 2 })
    const answer = await two.generate(request(6), never)
    await two.close()
    expect(answer).toEqual(await engine.generate(request(6), never))
  })

  it('stops at an end-of-sequence token and includes it', async () => {
    const plain = await engine.generate(request(7, 40, 0), never)
    const third = plain.tokenIds[2] ?? 0
    const ending = await createOnnxEngine({ model: { ...model, eosIds: new Set([third]) } })
    const answer = await ending.generate(request(7, 40, 0), never)
    await ending.close()
    expect(answer).toMatchObject({ tokenIds: plain.tokenIds.slice(0, plain.tokenIds.indexOf(third) + 1), finishReason: 'stop' })
  })

  it('ends with length at the most tokens asked for, and where the context is full', async () => {
    const short = await engine.generate(request(8, 3), never)
    const full = await engine.generate(request(8, 10_000), never)
    expect([short.tokenIds.length, short.finishReason]).toEqual([3, 'length'])
    expect([full.tokenIds.length, full.finishReason]).toEqual([model.contextLength - request(8).promptIds.length, 'length'])
  })

  it('scores an answer that fills the context to its last token', async () => {
    const asked = request(9, 10_000)
    const { tokenIds } = await engine.generate(asked, never)
    expect(Math.max(...(await engine.score({ ...asked, tokenIds }, never)).margins)).toBeLessThan(1e-4)
  })

  it('scores an answer without tokens as nothing', async () => {
    expect((await engine.score({ ...request(1), tokenIds: [] }, never)).margins.length).toBe(0)
  })

  it('gives the highest logits in order', async () => {
    const asked = request(1, 2, 0)
    const { tokenIds } = await engine.generate(asked, never)
    const rows = await engine.topLogits?.({ tokenIds: [...asked.promptIds, ...tokenIds], from: asked.promptIds.length, count: 3 }, never)
    expect(rows?.map(row => row[0]?.[0])).toEqual(tokenIds)
    expect(rows?.every(row => row.length === 3 && (row[0]?.[1] ?? 0) >= (row[1]?.[1] ?? 0))).toBe(true)
  })

  it('gives up at once when it is aborted, and answers the next call', async () => {
    const controller = new AbortController()
    const answer = engine.generate(request(1, 100), controller.signal)
    controller.abort(new Error('caller is gone'))
    await expect(answer).rejects.toThrow('caller is gone')
    expect((await engine.generate(request(1, 2), never)).tokenIds.length).toBe(2)
  })

  it('works on a short answer while a long one is under way', async () => {
    const order: string[] = []
    const long = engine.generate(request(1, 110), never).then(() => order.push('long'))
    const short = engine.generate(request(2, 2), never).then(() => order.push('short'))
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
  })

  it.each([
    ['ENGINE_CONTEXT', () => engine.generate({ ...request(1), promptIds: [] }, never)],
    ['ENGINE_CONTEXT', () => engine.generate({ ...request(1), promptIds: new Array(smallShape.context).fill(5) }, never)],
    ['ENGINE_TOKEN_ID', () => engine.generate({ ...request(1), promptIds: [1, smallShape.vocab] }, never)],
    ['ENGINE_TOKEN_ID', () => engine.score({ ...request(1), tokenIds: [0.5] }, never)],
    ['ENGINE_CONTEXT', () => engine.score({ ...request(1), tokenIds: new Array(smallShape.context).fill(5) }, never)],
    ['ENGINE_NOISE_KEY', () => engine.generate({ ...request(1), noiseKey: new Uint8Array(5) }, never)],
  ])('refuses with %s what it cannot run', async (code, call) => {
    await expect(call()).rejects.toMatchObject({ code })
  })

  it('says loudly that it runs on cpu where another provider cannot load', async () => {
    const warnings: string[] = []
    const fallen = await createOnnxEngine({ model, provider: 'cuda', log: warning => warnings.push(warning) })
    await fallen.close()
    expect([fallen.provider, warnings.length]).toEqual(['cpu', 1])
  })

  it('refuses a graph that is none, with the reason', async () => {
    await expect(createOnnxEngine({ model, graph: new Uint8Array(100) })).rejects.toMatchObject({ code: 'MODEL_GRAPH' })
  })

  it('refuses every call after it was closed, those under way included', async () => {
    const closing = await createOnnxEngine({ model })
    const open = expect(closing.generate(request(1, 110), never)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await closing.close()
    await open
    await expect(closing.generate(request(1), never)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  })
})

describe('the calling side of an engine worker', () => {
  const ready = `const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ kind: 'ready', provider: 'cpu' });`
  const call = (source: string, maxCalls: number) =>
    callWorker(threadLine(new Worker(source, { eval: true })), { model: 'model', kvLimitBytes: 0 }, maxCalls)

  it('rejects open and later calls with ENGINE_CRASHED where the worker dies', async () => {
    const client = call(`${ready} parentPort.on('message', ({ kind }) => kind === 'generate' && process.exit(7))`, 4)
    await client.ready
    await expect(client.call('generate', request(1), never)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
    await expect(client.call('generate', request(1), never)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
  })

  it('refuses calls over its bound', async () => {
    const client = call(`${ready} parentPort.on('message', message => message.kind === 'close' && parentPort.close())`, 1)
    const first = expect(client.call('generate', request(1), never)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await expect(client.call('generate', request(1), never)).rejects.toMatchObject({ code: 'ENGINE_BUSY' })
    await client.close()
    await first
  })

  it('fails to start where the worker ends before it is ready', async () => {
    await expect(call('process.exit(1)', 1).ready).rejects.toMatchObject({ code: 'ENGINE_START' })
  })
})
