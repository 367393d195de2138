import { setTimeout as sleep } from 'node:timers/promises'
import { isAssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { readBlockHash, readFinalisedHead, readHead } from './read-head.ts'
import { readOutcome } from './read-outcome.ts'
import type { CallLimits } from './rpc-socket.ts'
import type { SignedCall } from './sign-call.ts'

/** Blocks after the first look in which a call that was left in the pool should have found its place. */
const patienceBlocks = 8

/**
 * Looks for a sent call in the blocks that can hold it, and in those that come while it may still wait in the pool.
 * Null where none of them holds it; also where the chain cannot be asked.
 */
export async function searchExtrinsic(
  connection: ChainConnection,
  signed: SignedCall,
  until: SubmitOptions['until'],
  limits: CallLimits = {},
): Promise<SubmitOutcome | null> {
  const endMs = performance.now() + connection.timeoutMs + patienceBlocks * connection.blockTimeMs
  let next = signed.bornAtBlock + 1
  let last: number | undefined
  while (performance.now() < endMs) {
    try {
      const head = until === 'finalised' ? await readFinalisedHead(connection, limits) : await readHead(connection, limits)
      last ??= Math.min(signed.diesAtBlock, head.number + patienceBlocks)
      for (; next <= Math.min(head.number, last); next++) {
        const hash = await readBlockHash(connection, next, limits)
        const outcome = hash === null ? null : await readOutcome(connection, hash, signed, until, limits)
        if (outcome !== null) return outcome
      }
      if (next > last) return null
    } catch (error) {
      // The connection may be on its way back; what the chain says twice in a row counts no more than the deadline does.
      if (!isAssayError(error)) throw error
    }
    await sleep(Math.min(connection.blockTimeMs, 1000), undefined, limits.signal && { signal: limits.signal })
  }
  return null
}
