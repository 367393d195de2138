import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { workOf } from './work-of.ts'

export interface PaceOptions {
  /** Output tokens per second; a prompt token counts a tenth. */
  readonly tokenRate: number
  readonly monotonicMs: () => number
}

/** Makes an engine as slow as a machine of a stated speed: it generates at full speed and holds each answer until that machine would have been done with it and all before it. */
export function paceEngine(engine: Engine, { tokenRate, monotonicMs }: PaceOptions): Engine {
  let busyUntilMs = 0
  return {
    manifestDigest: engine.manifestDigest,
    provider: engine.provider,
    async generate(request, signal) {
      const calledMs = monotonicMs()
      const generation = await engine.generate(request, signal)
      const work = workOf(request.promptIds.length, generation.tokenIds.length)
      busyUntilMs = Math.max(calledMs, busyUntilMs) + (1_000 * work) / tokenRate
      const restMs = busyUntilMs - monotonicMs()
      if (restMs > 0) await wait(restMs, undefined, { signal })
      return generation
    },
    score: (request, signal) => engine.score(request, signal),
    close: () => engine.close(),
  }
}
