import type { Engine } from '../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'

const runs = 3
const maxTokens = 48

/** Lets an engine answer a few short prompts, so that it is warm and its meter has a first figure. */
export async function benchmarkEngine(engine: Engine, model: Pick<LoadedModel, 'promptIdsOf'>, signal: AbortSignal): Promise<void> {
  const promptIds = model.promptIdsOf({ messages: [{ role: 'user', content: 'Tell a long story about a clever fox.' }] })
  for (let run = 0; run < runs; run++) {
    const noiseKey = new Uint8Array(32).fill(run)
    await engine.generate({ promptIds, sampling: { temperature: 1, topK: 0, maxTokens }, noiseKey }, signal)
  }
}
