import type { Engine, GeneratedToken } from '../../shared/engine/engine-port.ts'
import { tokensOf } from '../../shared/engine/tokens-of.ts'
import { onAbort } from '../../shared/util/on-abort.ts'
import { shareTime } from './share-time.ts'
import { workOf } from './work-of.ts'

export interface PaceOptions {
  /** Output tokens per second; a prompt token counts a tenth. */
  readonly tokenRate: number
  readonly monotonicMs: () => number
}

/** Makes an engine as slow as a machine of a stated speed that works on all its answers at once: it generates at full speed and holds back every token, and at the end the answer, until that machine would have had it. */
export function paceEngine(engine: Engine, { tokenRate, monotonicMs }: PaceOptions): Engine {
  const machine = shareTime(tokenRate, monotonicMs)
  return {
    ...engine,
    async generate(request, signal, onTokens) {
      const { promptIds, sampling } = request
      const held: GeneratedToken[] = []
      let told = 0
      const answer = machine.enter(workOf(promptIds.length, sampling.maxTokens), done => {
        const ready = Math.min(held.length, Math.floor(done - workOf(promptIds.length, 0) + 1e-6))
        if (ready > told) onTokens?.(held.slice(told, ready))
        told = Math.max(told, ready)
        return told < held.length ? workOf(promptIds.length, told + 1) : undefined
      })
      const forget = onAbort(signal, () => answer.leave(signal.reason))
      try {
        const generation = await engine.generate(request, signal, onTokens && (tokens => answer.hear(() => held.push(...tokens))))
        if (onTokens) answer.hear(() => held.push(...tokensOf(generation).slice(held.length)))
        await answer.until(workOf(promptIds.length, generation.tokenIds.length))
        return generation
      } finally {
        forget()
        answer.leave()
      }
    },
  }
}
