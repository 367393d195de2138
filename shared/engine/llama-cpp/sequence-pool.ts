import { onAbort } from '../../util/on-abort.ts'
import type { LlamaSequence } from './llama-package.ts'

/** The places of the batch; calls wait for them in order. */
export interface SequencePool {
  /** A free sequence, empty; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<LlamaSequence>
  /** Empties a sequence and lends it to the next. */
  give(sequence: LlamaSequence): Promise<void>
  running(): number
  waiting(): number
  /** Tokens in the caches of all. */
  tokens(): number
}

/** A pool of sequences that share one context, so that what they run at the same time is one batch. */
export function createSequencePool(sequences: readonly LlamaSequence[]): SequencePool {
  const free = [...sequences]
  const queue = new Set<(sequence: LlamaSequence) => void>()
  return {
    take: signal =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const next = free.pop()
        if (next !== undefined) return resolve(next)
        const forget = onAbort(signal, () => {
          queue.delete(lend)
          reject(signal.reason)
        })
        const lend = (sequence: LlamaSequence) => {
          forget()
          resolve(sequence)
        }
        queue.add(lend)
      }),
    async give(sequence) {
      await sequence.clearHistory()
      const [next] = queue
      if (next === undefined) return void free.push(sequence)
      queue.delete(next)
      next(sequence)
    },
    running: () => sequences.length - free.length,
    waiting: () => queue.size,
    tokens: () => sequences.reduce((sum, { nextTokenIndex }) => sum + nextTokenIndex, 0),
  }
}
