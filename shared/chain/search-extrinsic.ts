import type { ChainConnection } from './chain-connection.ts'
import type { SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { readBlockHash, readFinalisedHead, readHead } from './read-head.ts'
import { readOutcome } from './read-outcome.ts'
import type { CallLimits } from './rpc-socket.ts'
import type { SignedCall } from './sign-call.ts'

/** Looks for a sent call in the blocks that can hold it, so far as they exist; null where none does. */
export async function searchExtrinsic(connection: ChainConnection, signed: SignedCall, until: SubmitOptions['until'], limits: CallLimits = {}): Promise<SubmitOutcome | null> {
  const head = until === 'finalised' ? await readFinalisedHead(connection, limits) : await readHead(connection, limits)
  for (let number = signed.bornAtBlock + 1; number <= Math.min(head.number, signed.diesAtBlock); number++) {
    const hash = await readBlockHash(connection, number, limits)
    const outcome = hash === null ? null : await readOutcome(connection, hash, signed, until, limits)
    if (outcome !== null) return outcome
  }
  return null
}
