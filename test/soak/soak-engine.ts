import { setImmediate } from 'node:timers/promises'
import type { Engine } from '../../shared/engine/engine-port.ts'

export interface SoakEngine extends Engine {
  active(): number
  calls(): number
}

/** An engine without a model: as many tokens as asked for, a few in each turn of the event loop; it keeps `leakBytes` for every request. */
export function soakEngine(manifestDigest: string, leakBytes: number): SoakEngine {
  const perTurn = 4
  /** Kept in blocks, so that what they weigh is their bytes and next to nothing else. */
  const requestsPerBlock = 50
  const leaked: Buffer[] = []
  let active = 0
  let calls = 0
  return {
    manifestDigest,
    provider: 'soak',
    active: () => active,
    calls: () => calls,
    async generate({ sampling, noiseKey }, signal, onTokens) {
      calls += 1
      active += 1
      if (leakBytes > 0 && calls % requestsPerBlock === 0) leaked.push(Buffer.alloc(leakBytes * requestsPerBlock, 1))
      try {
        const tokenIds = Array.from({ length: sampling.maxTokens }, (_, index) => 40 + ((noiseKey[index % noiseKey.length] ?? 0) % 200))
        const logProbs = new Float32Array(tokenIds.length).fill(-1)
        for (let at = 0; at < tokenIds.length; at += perTurn) {
          await setImmediate()
          signal.throwIfAborted()
          onTokens?.(tokenIds.slice(at, at + perTurn).map(tokenId => ({ tokenId, logProb: -1 })))
        }
        return { tokenIds, logProbs, finishReason: 'length' }
      } finally {
        active -= 1
      }
    },
    score: () => Promise.reject(new Error('a miner scores nothing')),
    close: async () => {},
  }
}
