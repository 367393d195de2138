import type { Engine, Generation } from '../../shared/engine/engine-port.ts'
import { tokensOf } from '../../shared/engine/tokens-of.ts'

export interface ToyEngine extends Engine {
  /** Requests that reached it. */
  calls(): number
  /** Requests in it now. */
  active(): number
  /** Holds every later answer, after so many of its tokens were told, until the returned function is called. */
  hold(afterTokens?: number): () => void
}

/** An engine without a model: tokens follow from the noise key alone, at most eight and then the end-of-sequence id. */
export function toyEngine(manifestDigest: string, eosId = 2): ToyEngine {
  let calls = 0
  let active = 0
  let gate: Promise<void> = Promise.resolve()
  let toldBefore = 0
  return {
    manifestDigest,
    provider: 'toy',
    calls: () => calls,
    active: () => active,
    hold(afterTokens = 0) {
      toldBefore = afterTokens
      let open = () => {}
      gate = new Promise(resolve => {
        open = resolve
      })
      return open
    },
    async generate({ sampling, noiseKey }, signal, onTokens) {
      calls += 1
      active += 1
      try {
        const answer = generation(
          [...noiseKey].map(byte => 40 + (byte % 200)),
          sampling.maxTokens,
          eosId,
        )
        const tokens = tokensOf(answer)
        for (const token of tokens.slice(0, toldBefore)) onTokens?.([token])
        await untilOpen(gate, signal)
        for (const token of tokens.slice(toldBefore)) {
          signal.throwIfAborted()
          onTokens?.([token])
        }
        return answer
      } finally {
        active -= 1
      }
    },
    score: () => Promise.reject(new Error('a miner scores nothing')),
    close: async () => {},
  }
}

function generation(ids: number[], maxTokens: number, eosId: number): Generation {
  const tokenIds = maxTokens > 8 ? [...ids.slice(0, 8), eosId] : ids.slice(0, maxTokens)
  const logProbs = Float32Array.from(tokenIds, (_, index) => -0.5 - index / 8)
  return { tokenIds, logProbs, finishReason: maxTokens > 8 ? 'stop' : 'length' }
}

async function untilOpen(gate: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    gate.then(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })
}
