import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Signer, SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { type Followed, followSubmission } from './follow-submission.ts'
import { readPoolRefusal } from './pool-refusal.ts'
import { readOutcome } from './read-outcome.ts'
import { searchExtrinsic } from './search-extrinsic.ts'
import { type CallSpec, type SignedCall, signCall } from './sign-call.ts'

/**
 * Signs a call, sends it and says what became of it: in a block, final, failed with the module's named error, or refused by the
 * pool. Calls of one key are sent one after another. Where the connection is lost in between, the blocks are searched; nothing is sent
 * again unless the pool refused it for a nonce, an era or a runtime that passed meanwhile. A call that no block took in its era is
 * refused as Expired.
 * Throws CHAIN_FATE_UNKNOWN where that cannot tell, CHAIN_TIMEOUT, CHAIN_BUSY and the other codes of a call.
 */
export async function submitCall(
  connection: ChainConnection,
  signer: Signer,
  spec: CallSpec,
  options: SubmitOptions,
): Promise<SubmitOutcome> {
  const limits = { timeoutMs: connection.timeoutMs, ...(options.signal && { signal: options.signal }) }
  const sent = await connection.senders.run(signer.hotkey, async () => {
    for (let attempt = 1; ; attempt++) {
      const leastNonce = connection.senders.nextNonce(signer.hotkey)
      const signed = await signCall(connection, signer, spec, { ...limits, eraBlocks: options.eraBlocks, leastNonce })
      const followed = await send(connection, signed, options, limits)
      if ('placed' in followed) connection.senders.holdNonce(signer.hotkey, signed.nonce, followed.placed)
      if (attempt === maxAttempts || !(await mayBeSignedAnew(connection, signed, followed, limits))) return { signed, followed }
    }
  })
  const { signed, followed } = sent
  if ('status' in followed) return followed
  const end = await followed.end
  if (end.kind === 'block') {
    const outcome = await readOutcome(connection, end.blockHash, signed, options.until, limits).catch(nullIfUnanswered)
    if (outcome !== null) return outcome
  }
  if (end.kind === 'dropped') {
    // A pool also lets go of what another fork's block took.
    const found = await searchExtrinsic(connection, signed, options.until, { ...limits, patienceBlocks: 0 })
    return found ?? { status: 'refused', error: end.reason, docs: 'the pool let the call go before a block took it' }
  }
  return (
    (await searchExtrinsic(connection, signed, options.until, limits)) ??
    fateUnknown(spec, signed, end.kind === 'lost' ? end.problem : 'its block could not be read')
  )
}

/** Times that a call is signed, each with a fresh nonce, where somebody else's or an unanswered call of this key was faster. */
const maxAttempts = 3

/** The pool's reasons that lie in what a call was signed for: nothing of it was taken, and a fresh signature can do better. */
const passing = ['PriorityTooLow', 'Stale', 'AncientBirthBlock']

async function mayBeSignedAnew(
  connection: ChainConnection,
  { specVersion }: SignedCall,
  followed: Followed | SubmitOutcome,
  limits: Limits,
): Promise<boolean> {
  if (!('status' in followed) || followed.status !== 'refused') return false
  if (passing.includes(followed.error)) return true
  // A signature is for one runtime: after an upgrade the chain takes it for a bad one.
  return followed.error === 'BadProof' && (await connection.refreshRuntime(limits)).specVersion !== specVersion
}

type Limits = { readonly timeoutMs: number; readonly signal?: AbortSignal }

/** Hands the extrinsic to the pool; resolves when the pool has answered, so that the next call of this key gets the next nonce. */
async function send(
  connection: ChainConnection,
  signed: SignedCall,
  options: SubmitOptions,
  limits: Limits,
): Promise<Followed | SubmitOutcome> {
  try {
    return await followSubmission(connection, signed, options, limits)
  } catch (error) {
    if (!isAssayError(error)) throw error
    const refusal = readPoolRefusal(error)
    if (refusal !== null) return refusal
    // Without an answer the call may or may not be in the pool: only the blocks can tell.
    nullIfUnanswered(error)
    const end = Promise.resolve({ kind: 'lost', problem: error.message } as const)
    return { end, placed: end }
  }
}

const unanswered: readonly string[] = ['CHAIN_TIMEOUT', 'CHAIN_UNREACHABLE', 'CHAIN_OVERSIZE']

function nullIfUnanswered(error: unknown): null {
  if (isAssayError(error) && unanswered.includes(error.code)) return null
  throw error
}

function fateUnknown(spec: CallSpec, signed: SignedCall, problem: string): never {
  throw new AssayError('CHAIN_FATE_UNKNOWN', {
    call: `${spec.pallet}.${spec.call}`,
    extrinsicHash: signed.hash,
    problem,
    diesAtBlock: signed.diesAtBlock,
  })
}
