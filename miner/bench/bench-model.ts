import type { Engine } from '../../shared/engine/engine-port.ts'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { totalBytes } from '../../shared/models/list-shards.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import type { BenchmarkRates, ModelBenchmark } from '../../shared/protocol/benchmark.ts'
import { benchPrompt } from './bench-prompt.ts'
import { measureRate } from './measure-rate.ts'

export interface BenchOptions {
  readonly model: LoadedModel
  readonly openEngine: () => Promise<Engine>
  /** Requests at the same time, one measurement for each. */
  readonly batches: readonly number[]
  /** Length of one measurement. */
  readonly ms: number
  readonly monotonicMs: () => number
  readonly residentBytes: () => number | null
  readonly signal: AbortSignal
  /** Told before each of the steps. */
  readonly onStep: (what: string) => void
}

const longPrompt = 512
const shortPrompt = 8
const answerTokens = 128
const lookMs = 200

/** Steps that the benchmark of one model takes. */
export const stepsOf = (batches: readonly number[]) => 1 + 2 * batches.length

/** Measures one model through the engine's port alone. Throws MINER_BENCH, the engine's refusals, and the signal's reason. */
export async function benchModel(options: BenchOptions): Promise<ModelBenchmark> {
  const { model, batches, monotonicMs, signal, onStep } = options
  const { name } = model.manifest
  onStep(`${name}: open`)
  const startMs = monotonicMs()
  const engine = await options.openEngine()
  let kvBytes = 0
  let resident = options.residentBytes()
  const lookAtLoad = () => {
    kvBytes = Math.max(kvBytes, engine.load?.().kvBytes ?? 0)
  }
  const look = () => {
    lookAtLoad()
    const bytes = options.residentBytes()
    if (bytes !== null) resident = Math.max(resident ?? 0, bytes)
  }
  // Not at every answer: reading the memory of processes takes a millisecond.
  const looking = setInterval(look, lookMs)
  try {
    const measure = measureOf(engine, options, lookAtLoad)
    await measure.warm()
    const openMs = monotonicMs() - startMs
    const rates: BenchmarkRates[] = []
    for (const batch of batches) rates.push(await measure.rates(batch))
    look()
    return {
      ...{
        model: name,
        manifestDigest: model.manifestDigest,
        weightBytes: totalBytes(model.manifest),
        provider: engine.provider,
        openMs,
        rates,
      },
      capacity: Math.max(...rates.map(({ decode }) => decode)),
      ...{ kvBytes, kvLimitBytes: engine.load?.().kvLimitBytes ?? 0, residentBytes: resident },
    }
  } catch (error) {
    signal.throwIfAborted()
    if (isAssayError(error)) throw error
    throw new AssayError('MINER_BENCH', { model: name, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  } finally {
    clearInterval(looking)
    await engine.close()
  }
}

function measureOf(engine: Engine, { model, ms, monotonicMs, signal, onStep }: BenchOptions, onAnswer: () => void) {
  const { name } = model.manifest
  const promptTokens = Math.max(1, Math.min(longPrompt, model.contextLength - 2))
  const startTokens = Math.max(1, Math.min(shortPrompt, model.contextLength - 2))
  const maxTokens = Math.max(1, Math.min(answerTokens, model.contextLength - startTokens))
  const temperature = engine.greedyOnly === true ? 0 : 1
  let seed = 0
  const request = (length: number, most: number) => {
    seed += 1
    const noiseKey = new Uint8Array(32)
    new DataView(noiseKey.buffer).setUint32(0, seed)
    return { promptIds: benchPrompt(model, length, seed), sampling: { temperature, topK: 0, maxTokens: most }, noiseKey }
  }
  const some = (rate: number, what: string) => {
    if (rate > 0) return rate
    throw new AssayError('MINER_BENCH', { model: name, problem: `the engine gave nothing in the measurement of ${what}` })
  }
  const prefill = async (batch: number) => {
    onStep(`${name}: prefill, batch ${batch}`)
    const rate = await measureRate({
      ...{ lanes: batch, ms, monotonicMs, signal },
      async run(_, until, count) {
        await engine.generate(request(promptTokens, 1), until)
        count(promptTokens)
      },
    })
    return some(rate, 'prefill')
  }
  const decode = async (batch: number) => {
    onStep(`${name}: decode, batch ${batch}`)
    const rate = await measureRate({
      ...{ lanes: batch, ms, monotonicMs, signal },
      async run(_, until, count) {
        let told = 0
        const { tokenIds } = await engine.generate(request(startTokens, maxTokens), until, tokens => {
          told += tokens.length
          count(tokens.length)
        })
        // An engine that tells nothing on its way tells all at the end.
        if (tokenIds.length > told) count(tokenIds.length - told)
        onAnswer()
      },
    })
    return some(rate, 'decode')
  }
  return {
    warm: () => engine.generate(request(startTokens, 1), signal),
    rates: async (batch: number): Promise<BenchmarkRates> => ({
      batch,
      promptTokens,
      prefill: await prefill(batch),
      decode: await decode(batch),
    }),
  }
}
