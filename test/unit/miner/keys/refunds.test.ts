import { beforeAll, describe, expect, it } from 'vitest'
import { completeOpen } from '../../../../miner/complete-open.ts'
import { embedTexts } from '../../../../miner/embed-texts.ts'
import { inferTensors } from '../../../../miner/infer-tensors.ts'
import type { KeyCaller } from '../../../../miner/keys/create-key-ring.ts'
import { createRequestQueue } from '../../../../miner/scheduling/request-queue.ts'
import { createActivity } from '../../../../miner/status/activity.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { parseOpenChat } from '../../../../shared/protocol/open-request.ts'
import { tinyModelFolder } from '../../../support/test-miner.ts'
import { toyEngine } from '../../../support/toy-engine.ts'

let model: LoadedModel
beforeAll(async () => {
  model = await loadModel(tinyModelFolder)
})

/** A key that counts what it pays, a queue that is full, and what comes behind it. */
function openFull() {
  let paid = 0
  const budget = {
    assertOpen() {},
    charge(_: string, tokens: number) {
      paid += tokens
    },
    refund(_: string, tokens: number) {
      paid -= tokens
    },
  }
  const key: KeyCaller = { name: 'laptop', budget, enter: () => () => {} }
  const monotonicMs = () => 0
  const queue = createRequestQueue({ limit: 0, concurrency: 1, rate: () => 1e9, monotonicMs })
  const { signal } = new AbortController()
  const held = queue.add({ work: 1, deadlineMs: 60_000, deadlineAtMs: 60_000, signal, run: () => new Promise<void>(() => {}) })
  held.catch(() => {})
  const engine = { ...toyEngine(model.manifestDigest), embed: async () => new Float32Array(4) }
  const findServing = () => ({ model, engine })
  return {
    context: { findServing, queue, activity: createActivity(monotonicMs) },
    arrived: { key, receivedAtMs: 0, signal },
    queue,
    paid: () => paid,
  }
}

describe('a caller with a key whose request the queue refuses', () => {
  it('pays nothing for answers that never began', async () => {
    const { context, arrived, paid, queue } = openFull()
    const request = parseOpenChat({
      model: 'assay-tiny',
      messages: [{ role: 'user', content: 'What is 2 plus 2?' }],
      max_tokens: 100,
      n: 2,
    })
    await expect(completeOpen({ ...arrived, kind: 'chat', request }, context)).rejects.toMatchObject({ code: 'MINER_QUEUE_FULL' })
    expect(paid()).toBeCloseTo(0, 9)
    queue.stop()
  })

  it('pays nothing for embeddings', async () => {
    const { context, arrived, paid, queue } = openFull()
    await expect(embedTexts({ model: 'assay-tiny', inputs: ['one', 'two'], encoding: 'float' }, arrived, context)).rejects.toMatchObject({
      code: 'MINER_QUEUE_FULL',
    })
    expect(paid()).toBeCloseTo(0, 9)
    queue.stop()
  })

  it('pays nothing for a run of a graph', async () => {
    const { arrived, paid, queue } = openFull()
    const graphs = new Map([['graph', { provider: 'toy', inputs: [], outputs: [], run: async () => ({}), close: async () => {} }]])
    await expect(inferTensors({ model: 'graph', inputs: {}, outputs: [] }, arrived, { graphs, queue })).rejects.toMatchObject({
      code: 'MINER_QUEUE_FULL',
    })
    expect(paid()).toBe(0)
    queue.stop()
  })
})
