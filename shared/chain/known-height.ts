import { AssayError } from '../errors/assay-error.ts'
import type { BlockHead } from './chain-port.ts'
import type { CallLimits, RpcCaller } from './rpc-socket.ts'

/** Blocks by which a head may lie above the highest one so far before it is looked into. */
const mostAhead = 1_024

/**
 * How high the chain is known to be. One head with a height of billions would stop every clock that only goes up, so a head far above
 * the others counts only where its own endpoint has that block.
 */
export class KnownHeight {
  #number = -1

  get number(): number {
    return this.#number
  }

  raise(number: number): void {
    this.#number = Math.max(this.#number, number)
  }

  isNear(number: number): boolean {
    return number <= this.#number + mostAhead
  }

  /** Takes a head that is near, or that the endpoint can show; throws CHAIN_HEAD_REFUSED and the codes of a call. */
  async admit(caller: RpcCaller, { number, hash }: BlockHead, limits: CallLimits = {}): Promise<void> {
    if (!this.isNear(number)) {
      const held = await caller.call('chain_getBlockHash', [number], limits)
      if (held !== hash)
        throw new AssayError('CHAIN_HEAD_REFUSED', { endpoint: caller.endpoint, block: number, hash, highest: this.#number })
    }
    this.raise(number)
  }
}
