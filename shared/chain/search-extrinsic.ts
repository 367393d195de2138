import { setTimeout as sleep } from 'node:timers/promises'
import { isAssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { readBlockHash, readFinalisedHead, readHead } from './read-head.ts'
import { readOutcome } from './read-outcome.ts'
import type { CallLimits } from './rpc-socket.ts'
import type { SignedCall } from './sign-call.ts'

/** Blocks after the first look in which a call that was left in the pool should have found its place. */
const defaultPatienceBlocks = 8
const finalMark = 'final'

export interface SearchLimits extends CallLimits {
  readonly patienceBlocks?: number
}

/**
 * Looks for a sent call in the blocks that can hold it, and in those that come while it may still wait in the pool. Where its era is over
 * and final without it, it is refused as Expired: it had no effect and never will. Null where that cannot be said (yet).
 */
export async function searchExtrinsic(
  connection: ChainConnection,
  signed: SignedCall,
  until: SubmitOptions['until'],
  { patienceBlocks = defaultPatienceBlocks, ...limits }: SearchLimits = {},
): Promise<SubmitOutcome | null> {
  const endMs = performance.now() + connection.timeoutMs + patienceBlocks * connection.blockTimeMs
  const looked = new Map<number, string>()
  let last: number | undefined
  while (performance.now() < endMs) {
    try {
      const finalised = await readFinalisedHead(connection, limits)
      const head = until === 'finalised' ? finalised : await readHead(connection, limits)
      last ??= head.number + patienceBlocks
      const bound = Math.min(head.number, last, signed.diesAtBlock)
      for (let number = signed.bornAtBlock + 1; number <= bound; number++) {
        if (looked.get(number) === finalMark) continue
        const hash = await readBlockHash(connection, number, limits)
        if (hash === null) break
        // A block that was looked at is read again only where a fork put another one in its place.
        const outcome = looked.get(number) === hash ? null : await readOutcome(connection, hash, signed, until, limits)
        if (outcome !== null) return outcome
        looked.set(number, number <= finalised.number ? finalMark : hash)
      }
      if (looked.get(signed.diesAtBlock) === finalMark) return expired(signed)
      if (head.number >= last && last < signed.diesAtBlock) return null
      if (patienceBlocks === 0) return null
    } catch (error) {
      // The connection may be on its way back; what the chain says twice in a row counts no more than the deadline does.
      if (!isAssayError(error)) throw error
    }
    await sleep(Math.min(connection.blockTimeMs, 1000), undefined, limits.signal && { signal: limits.signal })
  }
  return null
}

function expired({ diesAtBlock }: SignedCall): SubmitOutcome {
  return {
    status: 'refused',
    error: 'Expired',
    docs: `no block took the call before its era ended with block ${diesAtBlock}; it can be signed and sent again`,
  }
}
