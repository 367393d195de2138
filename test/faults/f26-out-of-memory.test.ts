import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { tinyModelFolder } from '../support/test-miner.ts'

const never = new AbortController().signal

describe('F26: an engine that gets no memory in the middle of a batch', () => {
  let model: LoadedModel
  let engine: Engine | undefined
  beforeAll(async () => {
    // No answer ends early, so that it is known how many there are in a run.
    model = { ...(await loadModel(tinyModelFolder)), eosIds: new Set() }
  })
  afterEach(() => engine?.close())

  const start = async (failRuns: number[]) => {
    engine = await createOnnxEngine({ model, failRuns })
    const { generate } = engine
    return (key: number, maxTokens = 40) =>
      generate({ promptIds: [5, 6, 7], sampling: { temperature: 1, topK: 0, maxTokens }, noiseKey: new Uint8Array(32).fill(key) }, never)
  }
  const codeOf = (error: unknown) => (isAssayError(error) ? error.code : String(error))

  it('refuses half of the batch with a time to come back, and the other half answers as if nothing had been', async () => {
    // By then all eight prompts are done, and none of the answers.
    const generate = await start([30])
    const settled = await Promise.allSettled(Array.from({ length: 8 }, (_, key) => generate(key)))
    const refused = settled.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused.map(codeOf)).toEqual(['ENGINE_MEMORY', 'ENGINE_MEMORY', 'ENGINE_MEMORY', 'ENGINE_MEMORY'])
    expect(refused.every(error => isAssayError(error) && error.status === 503 && error.details.retryAfterMs === 1_000)).toBe(true)
    // The oldest stay.
    expect(settled.slice(0, 4).every(one => one.status === 'fulfilled')).toBe(true)
    const alone = await generate(0)
    expect(settled[0]).toMatchObject({ value: alone })
    expect(engine?.load?.()).toMatchObject({ running: 0, waiting: 0, kvBytes: 0 })
  })

  it('answers the next request after it refused all it had', async () => {
    const generate = await start([2])
    await expect(generate(1)).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
    expect((await generate(1, 5)).tokenIds.length).toBe(5)
  })

  it('ends its worker after three failures in a row, and nothing else', async () => {
    const generate = await start([30, 31, 32])
    const settled = await Promise.allSettled(Array.from({ length: 8 }, (_, key) => generate(key)))
    const codes = settled.map(one => (one.status === 'rejected' ? codeOf(one.reason) : 'answered'))
    expect([...codes].sort()).toEqual([...new Array(1).fill('ENGINE_CRASHED'), ...new Array(7).fill('ENGINE_MEMORY')])
    await expect(generate(1)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
  })
})
