import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { cutLayers } from '../../../../shared/models/onnx/cut-layers.ts'
import { quantizeWeights } from '../../../../shared/models/onnx/quantize-weights.ts'
import { loadSubnet, type SubnetFile, type SubnetModel } from '../../../../shared/subnet/subnet-file.ts'
import { collectAnswers } from '../../../../validator/calibrate/collect-answers.ts'
import { graphOf, honestVariants } from '../../../../validator/calibrate/honest-variants.ts'
import { parsePromptGrammar } from '../../../../validator/challenge/prompt-grammar.ts'
import type { HonestAnswer } from '../../../../validator/verification/calibration/honest-answer.ts'
import { answerBounds } from '../../../../validator/verification/evidence/answer-bounds.ts'
import { answerEValue } from '../../../../validator/verification/evidence/answer-e-value.ts'
import {
  minerEvidence,
  type StreamEvidence,
  streamWeights,
  updateStream,
} from '../../../../validator/verification/evidence/miner-evidence.ts'

// Answers of the real assay-tiny under the default subnet file, whose bounds come from its calibration.
const config = fileURLToPath(new URL('../../../../config', import.meta.url))
const never = new AbortController().signal
let model: LoadedModel
let reference: Engine
let file: SubnetFile
let terms: SubnetModel

beforeAll(async () => {
  model = await loadModel(join(config, 'models/assay-tiny'))
  reference = await createOnnxEngine({ model })
  file = (await loadSubnet(join(config, 'subnet.json'))).file
  const [first] = file.models
  if (first === undefined) throw new Error('the subnet file has no model')
  terms = first
})
afterAll(() => reference.close())

async function answersOf(graph: Uint8Array | undefined, answers: number, ignoresSeed = false): Promise<HonestAnswer[]> {
  const engine = await createOnnxEngine({ model, ...(graph && { graph }) })
  const other: Engine = {
    ...engine,
    generate: (request, ...rest) => engine.generate({ ...request, noiseKey: new Uint8Array(32).fill(9) }, ...rest),
  }
  const prompts = parsePromptGrammar(JSON.parse(await readFile(join(config, 'prompts/assay-tiny.json'), 'utf8')))
  const collected = await collectAnswers(
    {
      ...{
        engine: ignoresSeed ? other : engine,
        reference,
        prompts,
        answers,
        batch: 8,
        temperatures: [1],
        maxTokens: { min: 50, max: 50 },
        projected: 8,
      },
      ...{ promptIdsOf: ask => model.promptIdsOf({ messages: [...ask.messages] }), seed: 'test', onAnswer: () => undefined },
    },
    never,
  )
  await engine.close()
  return collected
}

/** Tokens until conviction, the answers cut to a length and told one after another; null without one. */
function tokensUntil(answers: readonly HonestAnswer[], length: number, rows: boolean): number | null {
  const weights = streamWeights(file)
  const bounds = answerBounds(terms, 1)
  let streams: StreamEvidence = {}
  let tokens = 0
  for (const { margins, distances } of answers) {
    const seen = { margins: margins.slice(0, length), ...(rows && distances && { distances: distances.slice(0, length) }) }
    streams = updateStream(streams, 'synthetic/assay-tiny/2', answerEValue(seen, bounds), file)
    tokens += seen.margins.length
    if (minerEvidence(streams, weights) >= 1 / file.evidence.alpha) return tokens
  }
  return null
}

describe('on real answers', () => {
  it.each([
    ['fp16 weights and cache', undefined],
    ['bf16 weights and cache', 'upstream-bf16'],
  ])('%s are not near a conviction in the class that accepts them', async (name, className) => {
    const variant = honestVariants.find(one => one.name === name)
    if (variant === undefined) throw new Error('no such variant')
    const answers = await answersOf(await graphOf(variant, model), 16)
    const bounds = answerBounds(
      terms,
      1,
      terms.classes?.find(one => one.name === className),
    )
    expect(
      Math.max(...answers.map(({ margins, distances }) => answerEValue({ margins, distances: distances ?? [] }, bounds))),
    ).toBeLessThan(10)
  })
  it('weights of eight bits are convicted by their rows within one answer of 16 tokens', async () => {
    const answers = await answersOf(quantizeWeights(await readFile(model.graphPath), 8, 32), 8)
    for (const answer of answers.filter(({ margins }) => margins.length >= 16)) expect(tokensUntil([answer], 16, true)).toBe(16)
  })
  it('weights of four bits are convicted by their rows within one answer of 4 tokens', async () => {
    const answers = await answersOf(quantizeWeights(await readFile(model.graphPath), 4, 32), 8)
    for (const answer of answers.filter(({ margins }) => margins.length >= 4)) expect(tokensUntil([answer], 4, true)).toBe(4)
  })
  it('half of the layers are convicted by tokens alone within one answer of 50', async () => {
    const answers = await answersOf(cutLayers(await readFile(model.graphPath), 2), 8)
    for (const answer of answers.filter(({ margins }) => margins.length === 50)) expect(tokensUntil([answer], 50, false)).toBe(50)
  })
  it('an ignored seed is convicted by tokens alone within two answers', async () => {
    expect(tokensUntil(await answersOf(undefined, 8, true), 60, false)).toBeLessThanOrEqual(100)
  })
})
