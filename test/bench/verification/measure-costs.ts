import { join } from 'node:path'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { createDecoder } from '../../../shared/engine/onnx/create-decoder.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import type { Decoder } from '../../../shared/engine/onnx/decoder.ts'
import { openSession } from '../../../shared/engine/onnx/open-session.ts'
import { graphFile, type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { toBfloat16Rows } from '../../../shared/proof/bfloat16.ts'
import { answerOpening } from '../../../shared/proof/fingerprint/answer-opening.ts'
import { findOpeningProblem, fingerprintDistances } from '../../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows, toHiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import { rootOf } from '../../../shared/proof/merkle/build-tree.ts'
import { buildTopLoc } from '../../../shared/proof/toploc/build-toploc.ts'
import { compareTopLoc } from '../../../shared/proof/toploc/compare-toploc.ts'
import { cpuOf, intervalOf, measureRatio, type Ratio } from '../measure-ratio.ts'
import { openedRows, projections, temperature, topK } from './settings.ts'

/** Ratios of CPU time on one model, with their 95 % intervals. */
export interface Costs {
  readonly model: string
  readonly tokens: number
  /** One prefill with every check on, over a bare prefill of the same tokens. */
  readonly verifyOverBarePrefill: Ratio
  /** The same over generating the answer, alone and in a batch of 16. */
  readonly verifyOverGenerate1: Ratio
  readonly verifyOverGenerate16: Ratio
  /** Bytes of full rows that an audit opens, with their paths. */
  readonly openedBytes: number
}

interface Bench {
  readonly model: LoadedModel
  readonly engine: Engine
  readonly decoder: Decoder
}

const never = new AbortController().signal
const digest = '5'.repeat(64)
const toploc = { k: 128, chunkRows: 32 }

/** Measures one model; TOPLOC in its usual size (128 values of 32 rows). */
export async function measureCosts(folder: string, name: string, answerTokens: number, repeat: number): Promise<Costs> {
  const model = await loadModel(folder)
  const { session } = await openSession(join(folder, graphFile), folder, 'cpu', 1)
  const { kvHeads, headDim, hidden } = model.manifest.shapes
  const engine = await createOnnxEngine({ model, worker: 'thread' })
  const bench: Bench = { model, engine, decoder: createDecoder(session, { kvHeads, headDim, vocab: model.vocabSize }) }
  const request = requestOf(bench, answerTokens, 1)
  // What it says does not change what it costs, so an answer is made up that has its full length.
  const tokenIds = Array.from({ length: answerTokens }, (_, index) => 10 + ((index * 7919) % (model.vocabSize - 10)))
  const ids = [...request.promptIds, ...tokenIds]
  const { verify, openedBytes } = await openVerifier(bench, request, tokenIds, hidden)
  const verifyOverBarePrefill = await measureRatio(() => bench.decoder.prefill(ids, 'logits'), verify, { repeat })
  const one = await engine.generate(request, never)
  const alone = await openVerifier(bench, request, one.tokenIds, hidden)
  const verifyOverGenerate1 = await measureRatio(() => engine.generate(request, never), alone.verify, { rounds: 5 })
  const verifyOverGenerate16 = await overBatch(bench, answerTokens, hidden)
  await engine.close()
  await bench.decoder.release()
  return { model: name, tokens: answerTokens, verifyOverBarePrefill, verifyOverGenerate1, verifyOverGenerate16, openedBytes }
}

function requestOf({ model }: Bench, maxTokens: number, key: number): GenerateRequest {
  const promptIds = model.promptIdsOf({ messages: [{ role: 'user', content: 'Tell a long story about the fox.' }] })
  return { promptIds, sampling: { temperature, topK, maxTokens }, noiseKey: new Uint8Array(32).fill(key), wantHidden: true }
}

/** All that a verifier does with an answer; what the miner sends is made before. */
async function openVerifier({ engine }: Bench, request: GenerateRequest, tokenIds: readonly number[], hidden: number) {
  const asked = { ...request, tokenIds }
  const own = (await engine.score(asked, never)).hidden ?? new Float32Array()
  const rows = toHiddenRows(own, hidden)
  const tree = commitRows(rows)
  const terms = { hidden, k: projections, fullRows: openedRows, rows: tokenIds.length }
  const shape = { hidden, ...toploc, promptRows: 0 }
  const sent = answerOpening(rows, tree, drawOpening(digest, digest, terms))
  const proofs = buildTopLoc(toBfloat16Rows(own), shape)
  const verify = async () => {
    const score = await engine.score(asked, never)
    const reference = score.hidden ?? new Float32Array()
    const opening = drawOpening(digest, digest, terms)
    const problem = findOpeningProblem(sent, opening, { root: rootOf(tree), rows: tokenIds.length, hidden })
    const distances = fingerprintDistances(sent.projections, reference, hidden, opening)
    return { score, problem, distances, chunks: compareTopLoc(toBfloat16Rows(reference), proofs, shape) }
  }
  const openedBytes = sent.rows.reduce((sum, { bytes, path }) => sum + bytes.length + 32 * path.length, 0)
  return { verify, openedBytes }
}

async function overBatch(bench: Bench, length: number, hidden: number): Promise<Ratio> {
  const requests = Array.from({ length: 16 }, (_, index) => requestOf(bench, length, 3 + index))
  const ratios: number[] = []
  for (let round = 0; round < 3; round++) {
    const answers: (readonly number[])[] = []
    const made = await cpuOf(async () => {
      const generations = await Promise.all(requests.map(request => bench.engine.generate(request, never)))
      answers.push(...generations.map(({ tokenIds }) => tokenIds))
    }, 1)
    const verifiers = await Promise.all(requests.map((request, index) => openVerifier(bench, request, answers[index] ?? [], hidden)))
    const verified = await cpuOf(async () => {
      for (const { verify } of verifiers) await verify()
    }, 1)
    ratios.push(verified / made)
  }
  return intervalOf(ratios)
}
