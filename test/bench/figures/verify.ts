import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { createDecoder } from '../../../shared/engine/onnx/create-decoder.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import type { Decoder } from '../../../shared/engine/onnx/decoder.ts'
import { openSession } from '../../../shared/engine/onnx/open-session.ts'
import { graphFile, type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { answerEValue } from '../../../validator/verification/evidence/answer-e-value.ts'
import { largeShape, writeRandomDecoder } from '../../support/random-decoder.ts'
import type { Figure } from '../figure.ts'
import { cpuOf, intervalOf, measureRatio, type Ratio, type RatioSettings } from '../measure-ratio.ts'
import { naiveScore } from '../naive-score.ts'
import { checkProof, proofOf } from '../opened-proof.ts'

const tinyFolder = fileURLToPath(new URL('../../../config/models/assay-tiny', import.meta.url))
const answerTokens = 256
const never = new AbortController().signal
const bounds = { marginBound: 1e-4, marginClip: 0.5, fingerprintBound: 0.0025, logProbBound: 0.002 }

interface Bench {
  readonly model: LoadedModel
  readonly engine: Engine
  /** The same graph in this thread, without anything of ours around it. */
  readonly decoder: Decoder
}

/** What verifying costs against one bare prefill of the same tokens, and against generating them. */
export async function measure(): Promise<Figure[]> {
  const random = await writeRandomDecoder(largeShape)
  const figures: Figure[] = []
  const large = await openBench(random.folder)
  figures.push(
    figure(
      'verify-over-bare-prefill',
      await overPrefill(large, { repeat: 4 }),
      'all checks of 256 tokens, proofs included, over a bare prefill, 49 MB random decoder, at most 1.3',
    ),
    figure('verify-over-bare-prefill-tokens', await tokensOverPrefill(large), 'the same without proofs of hidden rows'),
    figure('verify-over-bare-prefill-a-a', await prefillTwice(large), 'the bare prefill against itself: the noise floor'),
    figure('verify-over-bare-prefill-naive', await naiveOverPrefill(large), 'control: a careless scorer, must be above 1.3'),
    figure('verify-over-generate-64', await overGenerate(large, 64), 'score over generation of 64 tokens, 49 MB random decoder'),
    figure('verify-over-generate-256', await overGenerate(large, 256), 'score over generation of 256 tokens, 49 MB random decoder'),
    figure(
      'verify-over-generate-256-batch16',
      await overBatch(large, 16, 256),
      '16 scores over 16 answers generated in one batch, 3 rounds',
    ),
  )
  await close(large)
  await random.remove()
  const tiny = await openBench(tinyFolder)
  figures.push(figure('verify-over-bare-prefill-tiny', await overPrefill(tiny, { repeat: 20 }), 'the same on assay-tiny'))
  await close(tiny)
  return figures
}

async function openBench(folder: string): Promise<Bench> {
  const model = await loadModel(folder)
  const { session } = await openSession(join(folder, graphFile), folder, 'cpu', 1)
  const { kvHeads, headDim } = model.manifest.shapes
  return {
    model,
    engine: await createOnnxEngine({ model, worker: 'thread' }),
    decoder: createDecoder(session, { kvHeads, headDim, vocab: model.vocabSize }),
  }
}

async function close({ engine, decoder }: Bench): Promise<void> {
  await engine.close()
  await decoder.release()
}

function requestOf({ model }: Bench, maxTokens: number, key: number): GenerateRequest {
  const promptIds = model.promptIdsOf({ messages: [{ role: 'user', content: 'Tell a long story about the fox.' }] })
  return { promptIds, sampling: { temperature: 1, topK: 0, maxTokens }, noiseKey: new Uint8Array(32).fill(key) }
}

// The answer's content does not change the cost, so it is made without end-of-sequence tokens, at its full length.
function answerOf({ model }: Bench, length: number): number[] {
  return Array.from({ length }, (_, index) => 10 + ((index * 7919) % (model.vocabSize - 10)))
}

async function overPrefill(bench: Bench, settings: RatioSettings): Promise<Ratio> {
  const request = { ...requestOf(bench, answerTokens, 1), tokenIds: answerOf(bench, answerTokens), wantHidden: true }
  const ids = [...request.promptIds, ...request.tokenIds]
  const proof = proofOf((await bench.engine.score(request, never)).hidden, bench.engine.hiddenSize)
  return measureRatio(
    () => bench.decoder.prefill(ids, 'logits'),
    async () => {
      const { hidden, margins, logProbs } = await bench.engine.score(request, never)
      answerEValue({ margins, drifts: logProbs.map(Math.abs), distances: checkProof(proof, hidden) }, bounds)
    },
    settings,
  )
}

function tokensOverPrefill(bench: Bench): Promise<Ratio> {
  const request = { ...requestOf(bench, answerTokens, 1), tokenIds: answerOf(bench, answerTokens) }
  const ids = [...request.promptIds, ...request.tokenIds]
  return measureRatio(
    () => bench.decoder.prefill(ids, 'logits'),
    () => bench.engine.score(request, never),
    { repeat: 4 },
  )
}

function prefillTwice(bench: Bench): Promise<Ratio> {
  const ids = [...requestOf(bench, answerTokens, 1).promptIds, ...answerOf(bench, answerTokens)]
  const prefill = () => bench.decoder.prefill(ids, 'logits')
  return measureRatio(prefill, prefill, { repeat: 4 })
}

function naiveOverPrefill(bench: Bench): Promise<Ratio> {
  const request = requestOf(bench, answerTokens, 1)
  const ids = [...request.promptIds, ...answerOf(bench, answerTokens)]
  const naive = async () => naiveScore((await bench.decoder.prefill(ids, 'logits')).logits, bench.model.vocabSize, request.noiseKey)
  return measureRatio(() => bench.decoder.prefill(ids, 'logits'), naive)
}

async function overGenerate(bench: Bench, length: number): Promise<Ratio> {
  const request = requestOf(bench, length, 2)
  const { tokenIds } = await bench.engine.generate(request, never)
  return measureRatio(
    () => bench.engine.generate(request, never),
    () => bench.engine.score({ ...request, tokenIds }, never),
  )
}

async function overBatch(bench: Bench, size: number, length: number): Promise<Ratio> {
  const requests = Array.from({ length: size }, (_, index) => requestOf(bench, length, 3 + index))
  const ratios: number[] = []
  for (let round = 0; round < 3; round++) {
    const answers: number[][] = []
    const made = await cpuOf(async () => {
      const generations = await Promise.all(requests.map(request => bench.engine.generate(request, never)))
      answers.push(...generations.map(({ tokenIds }) => [...tokenIds]))
    }, 1)
    const verified = await cpuOf(async () => {
      for (const [index, request] of requests.entries()) await bench.engine.score({ ...request, tokenIds: answers[index] ?? [] }, never)
    }, 1)
    ratios.push(verified / made)
  }
  return intervalOf(ratios)
}

function figure(name: string, ratio: Ratio, note: string): Figure {
  return { name, ...ratio, unit: 'x', note }
}
