import type { Engine } from '../../shared/engine/engine-port.ts'
import { workOf } from './work-of.ts'

export interface MeteredEngine {
  readonly engine: Engine
  /** Tokens per second while it was busy, the last minutes counting most; 0 before the first answer. */
  rate(): number
}

/** Work older than this many busy milliseconds counts half or less. */
const halfLifeMs = 60_000

/** Measures what an engine does per second of being busy, with as many requests in it as there were. */
export function meterEngine(engine: Engine, monotonicMs: () => number): MeteredEngine {
  let active = 0
  let sinceMs = 0
  let busyMs = 0
  let work = 0
  const settle = () => {
    const now = monotonicMs()
    if (active > 0) {
      const elapsed = now - sinceMs
      const keep = 0.5 ** (elapsed / halfLifeMs)
      busyMs = busyMs * keep + elapsed
      work *= keep
    }
    sinceMs = now
  }
  const metered: Engine = {
    manifestDigest: engine.manifestDigest,
    provider: engine.provider,
    async generate(request, signal) {
      settle()
      active += 1
      try {
        const generation = await engine.generate(request, signal)
        settle()
        work += workOf(request.promptIds.length, generation.tokenIds.length)
        return generation
      } finally {
        settle()
        active -= 1
      }
    },
    score: (request, signal) => engine.score(request, signal),
    close: () => engine.close(),
  }
  return { engine: metered, rate: () => (busyMs > 0 ? (1_000 * work) / busyMs : 0) }
}
