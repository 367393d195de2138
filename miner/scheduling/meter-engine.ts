import type { Engine } from '../../shared/engine/engine-port.ts'
import { workOf } from './work-of.ts'

export interface MeteredEngine {
  readonly engine: Engine
  /** Tokens per second with as many answers at once as make most of it, the last minutes counting most; 0 before the first answer. */
  rate(): number
}

interface Level {
  busyMs: number
  work: number
}

/** Work older than this many busy milliseconds counts half or less. */
const halfLifeMs = 60_000
/** A level tells nothing before it was busy so long. */
const leastBusyMs = 50

/**
 * Measures what an engine does per second of being busy. An engine of one batch does far more in company than alone, so each level of
 * company (1, 2 or 3, 4 to 7, ... answers at once) is measured by itself, and the best of them is what the engine can do.
 */
export function meterEngine(engine: Engine, monotonicMs: () => number): MeteredEngine {
  const levels: Level[] = []
  let active = 0
  let sinceMs = 0
  const settle = (): Level => {
    const at = Math.floor(Math.log2(Math.max(1, active)))
    const level = levels[at] ?? { busyMs: 0, work: 0 }
    levels[at] = level
    const now = monotonicMs()
    if (active > 0) {
      const elapsed = now - sinceMs
      const keep = 0.5 ** (elapsed / halfLifeMs)
      level.busyMs = level.busyMs * keep + elapsed
      level.work *= keep
    }
    sinceMs = now
    return level
  }
  const count = (work: number) => {
    settle().work += work
  }
  return {
    engine: {
      ...engine,
      async generate(request, signal, onTokens) {
        settle()
        active += 1
        let told = 0
        const hear = (tokens: number) => {
          if (tokens > 0) count(workOf(told === 0 ? request.promptIds.length : 0, tokens))
          told += tokens
        }
        try {
          const generation = await engine.generate(request, signal, tokens => {
            hear(tokens.length)
            onTokens?.(tokens)
          })
          // An engine that tells nothing on its way has done it all by now.
          hear(generation.tokenIds.length - told)
          return generation
        } finally {
          settle()
          active -= 1
        }
      },
    },
    rate() {
      const known = levels.filter(({ work }) => work > 0)
      const sure = known.filter(({ busyMs }) => busyMs >= leastBusyMs)
      return Math.max(0, ...(sure.length > 0 ? sure : known).map(({ work, busyMs }) => (1_000 * work) / Math.max(busyMs, 1e-3)))
    },
  }
}
