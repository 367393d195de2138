import { AssayError } from '../errors/assay-error.ts'

const maxWaiting = 32

/** Runs the sends of one key one after another, so that two of them never take the same nonce; other keys are not held up. */
export class SenderQueue {
  readonly #held = new Map<string, Set<number>>()
  readonly #tails = new Map<string, { tail: Promise<unknown>; count: number }>()

  /** Runs `work` after everything that this key sent before. Throws CHAIN_BUSY where 32 sends wait already. */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    const entry = this.#tails.get(address) ?? { tail: Promise.resolve(), count: 0 }
    if (entry.count >= maxWaiting) throw new AssayError('CHAIN_BUSY', { what: address, count: entry.count })
    entry.count += 1
    this.#tails.set(address, entry)
    const mine = entry.tail.then(work, work)
    entry.tail = mine
    try {
      return await mine
    } finally {
      entry.count -= 1
      if (entry.count === 0) this.#tails.delete(address)
    }
  }

  /** Keeps a nonce that the pool took until a block shows it: a node that is making that block may count it in neither. */
  holdNonce(address: string, nonce: number, placed: Promise<unknown>): void {
    const held = this.#held.get(address) ?? new Set()
    this.#held.set(address, held.add(nonce))
    const release = () => {
      held.delete(nonce)
      if (held.size === 0 && this.#held.get(address) === held) this.#held.delete(address)
    }
    placed.then(release, release)
  }

  /** The nonce after those that are held, 0 where none is. */
  nextNonce(address: string): number {
    return Math.max(-1, ...(this.#held.get(address) ?? [])) + 1
  }
}
