import { fileURLToPath } from 'node:url'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { type OnnxSession, openSession } from '../../../shared/engine/onnx/open-session.ts'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { largeShape, writeRandomDecoder } from '../../support/random-decoder.ts'
import type { Figure } from '../figure.ts'
import { measureRatio, type Ratio } from '../measure-ratio.ts'
import { rawLoop } from '../raw-loop.ts'

const tinyFolder = fileURLToPath(new URL('../../../config/models/assay-tiny', import.meta.url))
const never = new AbortController().signal
const promptTokens = 20
const steps = 64
const settings = { rounds: 7 }
/** Of what is only reported: one answer after another takes four times as long as all at once. */
const reported = { rounds: 5 }

interface Bench {
  readonly model: LoadedModel
  readonly engine: Engine
  readonly session: OnnxSession
}

/** What the scheduler costs around the graph, and what a batch brings: CPU time for the same number of tokens. */
export async function measure(): Promise<Figure[]> {
  const random = await writeRandomDecoder(largeShape)
  const figures: Figure[] = []
  for (const [folder, tag, note] of [
    [random.folder, '', '49 MB random decoder'],
    [tinyFolder, '-tiny', 'assay-tiny'],
  ] as const) {
    const bench = await openBench(folder)
    const add = (name: string, ratio: Ratio, what: string) =>
      figures.push({ name: `${name}${tag}`, ...ratio, unit: 'x', note: `${what}, ${note}` })
    const what = 'tokens per CPU second of the scheduler over those of a bare loop that takes the likeliest token, batch 16'
    add(
      'scheduler-over-raw-batch16',
      await measureRatio(
        () => together(bench, 16, 1),
        () => raw(bench, 16),
        settings,
      ),
      `${what}; sampled at temperature 1, at least 0.85`,
    )
    add(
      'scheduler-over-raw-batch16-greedy',
      await measureRatio(
        () => together(bench, 16, 0),
        () => raw(bench, 16),
        reported,
      ),
      `${what}; at temperature 0`,
    )
    add(
      'batch16-over-serial',
      await measureRatio(
        () => together(bench, 16, 1),
        () => inTurn(bench, 16),
        reported,
      ),
      'tokens per CPU second of 16 answers at once over those one by one',
    )
    await bench.engine.close()
    await bench.session.release()
  }
  await random.remove()
  return figures
}

async function openBench(folder: string): Promise<Bench> {
  // Without an end every answer has its full length.
  const model = { ...(await loadModel(folder)), eosIds: new Set<number>() }
  const { session } = await openSession(model.graphPath, folder, 'cpu', 1)
  return { model, session, engine: await createOnnxEngine({ model, worker: 'thread' }) }
}

function promptOf({ model }: Bench): number[] {
  return Array.from({ length: promptTokens }, (_, index) => 10 + ((index * 7919) % (model.vocabSize - 10)))
}

function requestOf(bench: Bench, key: number, temperature: number): GenerateRequest {
  return { promptIds: promptOf(bench), sampling: { temperature, topK: 0, maxTokens: steps }, noiseKey: new Uint8Array(32).fill(key) }
}

function together(bench: Bench, count: number, temperature: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, key) => bench.engine.generate(requestOf(bench, key, temperature), never)))
}

async function inTurn(bench: Bench, count: number): Promise<void> {
  for (let key = 0; key < count; key++) await bench.engine.generate(requestOf(bench, key, 1), never)
}

function raw(bench: Bench, batch: number): Promise<unknown> {
  const { kvHeads, headDim } = bench.model.manifest.shapes
  return rawLoop(bench.session, { kvHeads, headDim, vocab: bench.model.vocabSize }, promptOf(bench), batch, steps)
}
