import type { Engine } from '../../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'

/** What was measured of an engine: tokens per second, medians of several runs, and how far its logits lie from the reference's. */
export interface EngineFigures {
  readonly prefill: number
  /** Null where the engine does not embed. */
  readonly embedding: number | null
  readonly decode1: number
  readonly decode16: number
  readonly spread: number
}

const never = new AbortController().signal
const promptTokens = 512
const answerTokens = 64
const rounds = 5

/** Measures an engine beside the reference, which runs the same weights on the processor. */
export async function measureEngine(engine: Engine, reference: Engine, { vocabSize }: LoadedModel): Promise<EngineFigures> {
  const ids = Array.from({ length: promptTokens }, (_, index) => 10 + ((index * 37) % (vocabSize - 10)))
  const sampling = { temperature: 0, topK: 0, maxTokens: answerTokens }
  const request = (key: number) => ({ promptIds: ids.slice(key, key + 16), sampling, noiseKey: new Uint8Array(32).fill(key) })
  const decode = async (batch: number) => {
    const answers = await Promise.all(Array.from({ length: batch }, (_, key) => engine.generate(request(key), never)))
    return answers.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
  }
  const { embed } = engine
  return {
    prefill: await rate(async () => {
      await engine.score({ ...request(0), promptIds: ids.slice(0, -1), tokenIds: ids.slice(-1) }, never)
      return promptTokens
    }),
    embedding: embed === undefined ? null : await rate(() => embed(ids, never).then(() => promptTokens)),
    decode1: await rate(() => decode(1)),
    decode16: await rate(() => decode(16)),
    spread: await spreadOf(engine, reference, ids.slice(0, 128), vocabSize),
  }
}

async function rate(run: () => Promise<number>): Promise<number> {
  const rates: number[] = []
  await run()
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    rates.push((1_000 * (await run())) / (performance.now() - started))
  }
  return rates.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
}

/** The largest difference of a logit over all places of a text. */
async function spreadOf(engine: Engine, reference: Engine, tokenIds: readonly number[], count: number): Promise<number> {
  const [ours, theirs] = await Promise.all([engine, reference].map(one => one.topLogits?.({ tokenIds, from: 1, count }, never)))
  let largest = 0
  for (const [place, row] of (ours ?? []).entries()) {
    const other = new Map(theirs?.[place])
    for (const [token, logit] of row) largest = Math.max(largest, Math.abs(logit - (other.get(token) ?? Number.NaN)))
  }
  return largest
}
