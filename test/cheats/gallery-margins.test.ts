import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, GenerateRequest } from '../../shared/engine/engine-port.ts'
import { loadEnginePlugin } from '../../shared/engine/load-engine-plugin.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { meanClippedMargin } from '../support/mean-clipped-margin.ts'
import { tinyPrompts } from '../support/tiny-prompts.ts'

const clip = 0.5
const honestBound = 1e-4
const never = new AbortController().signal
let model: LoadedModel
let reference: Engine
let stateFolder: string

beforeAll(async () => {
  model = await loadModel(fileURLToPath(new URL('../../config/models/assay-tiny', import.meta.url)))
  reference = await createOnnxEngine({ model })
  stateFolder = mkdtempSync(join(tmpdir(), 'assay-gallery-'))
})
afterAll(async () => {
  await reference.close()
  rmSync(stateFolder, { recursive: true, force: true })
})

const requests = (count: number): GenerateRequest[] =>
  tinyPrompts(11, count).map((content, index) => ({
    promptIds: model.promptIdsOf({ messages: [{ role: 'user', content }] }),
    sampling: { temperature: 1, topK: 0, maxTokens: 40 },
    noiseKey: new Uint8Array(32).fill(index + 1),
  }))

async function marginsOf(engine: Engine, asked: readonly GenerateRequest[]): Promise<number[]> {
  const shares: number[] = []
  for (const request of asked) {
    const { tokenIds } = await engine.generate(request, never)
    shares.push(meanClippedMargin((await reference.score({ ...request, tokenIds }, never)).margins, clip))
  }
  return shares
}

async function marginsOfCheat(name: string, count: number): Promise<number[]> {
  const plugin = await loadEnginePlugin(fileURLToPath(new URL(`../../owner/gallery/${name}.ts`, import.meta.url)))
  const engine = await plugin.createEngine({ model, hotkey: 'cheat', threads: 1, provider: 'cpu', stateFolder })
  expect(engine.manifestDigest).toBe(model.manifestDigest)
  const shares = await marginsOf(engine, requests(count))
  await engine.close()
  return shares
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the margin of an answer under the reference', () => {
  it('stays below the bound for an honest miner, in every answer', async () => {
    expect(Math.max(...(await marginsOf(reference, requests(12))))).toBeLessThan(honestBound)
  })

  it.each(['small-sibling', 'half-layers', 'ignore-seed'])('is hundreds of times the bound for %s', async name => {
    expect(mean(await marginsOfCheat(name, 12))).toBeGreaterThan(300 * honestBound)
  })

  it('is hundreds of times the bound for replay-stored from its fourth answer on', async () => {
    const shares = await marginsOfCheat('replay-stored', 12)
    expect(Math.max(...shares.slice(0, 3))).toBeLessThan(honestBound)
    expect(mean(shares.slice(3))).toBeGreaterThan(300 * honestBound)
  })

  // Four-bit weights stay close to the model: it takes many tokens to see them, as a share over many answers.
  it('is above the bound for four-bit-weights, over many answers', async () => {
    expect(mean(await marginsOfCheat('four-bit-weights', 24))).toBeGreaterThan(honestBound)
  })
})
