import type { Engine } from '../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'

const runs = 3
const maxTokens = 48

/** Lets an engine answer short prompts, as many at once as it will be given, so that it is warm and its meter has a first figure. */
export async function benchmarkEngine(
  engine: Engine,
  model: Pick<LoadedModel, 'promptIdsOf'>,
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  const promptIds = model.promptIdsOf({ prompt: 'Tell a long story about a clever fox.' })
  const sampling = { temperature: engine.greedyOnly === true ? 0 : 1, topK: 0, maxTokens }
  for (let run = 0; run < runs; run++) {
    const noiseKeys = Array.from({ length: concurrency }, (_, index) => new Uint8Array(32).fill(run + runs * index))
    await Promise.all(noiseKeys.map(noiseKey => engine.generate({ promptIds, sampling, noiseKey }, signal)))
  }
}
