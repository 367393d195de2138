import type { AssayError } from '../errors/assay-error.ts'

const firstPauseMs = 200
const lastPauseMs = 5_000
/** A connection that ends sooner does not count as a success: the pauses between attempts go on growing. */
const stableMs = 10_000

/** Says which of several endpoints is next and how long to pause before it: pauses double after each whole turn, up to 5 s. */
export class EndpointRing {
  readonly #endpoints: readonly string[]
  readonly #refused = new Map<string, AssayError>()
  #lastPauseMs = lastPauseMs
  #index = 0
  #failures = 0

  constructor(endpoints: readonly string[]) {
    this.#endpoints = [...new Set(endpoints)]
  }

  get size(): number {
    return this.#endpoints.length
  }

  get current(): string {
    return this.#endpoints[this.#index] ?? ''
  }

  /** The endpoints that stand by: neither the present one nor one that was struck off. */
  get others(): readonly string[] {
    return this.#endpoints.filter(endpoint => endpoint !== this.current && !this.#refused.has(endpoint))
  }

  /** Keeps pauses within a block time, where that is shorter than 5 s: on a fast chain a longer one would cost many blocks. */
  boundPauses(blockTimeMs: number): void {
    this.#lastPauseMs = Math.min(lastPauseMs, Math.max(firstPauseMs, blockTimeMs))
  }

  /** Strikes the present endpoint off for good: it leads to another chain. */
  refuse(error: AssayError): void {
    this.#refused.set(this.current, error)
  }

  /** The first refusal, where every endpoint was struck off. */
  get hopeless(): AssayError | null {
    return this.#refused.size < this.#endpoints.length ? null : ([...this.#refused.values()][0] ?? null)
  }

  /** Moves on after a connection of so many milliseconds (0 where none came about) and gives the pause before the next attempt. */
  moveOn(connectedMs: number): number {
    if (connectedMs >= stableMs) this.#failures = 0
    const usable = this.#endpoints.length - this.#refused.size
    const pauseMs = Math.min(this.#lastPauseMs, firstPauseMs * 2 ** Math.floor(this.#failures / Math.max(1, usable)))
    this.#failures += 1
    for (let step = 0; step < this.#endpoints.length; step++) {
      this.#index = (this.#index + 1) % this.#endpoints.length
      if (!this.#refused.has(this.current)) break
    }
    return pauseMs
  }
}
