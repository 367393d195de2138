import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { onAbort } from '../util/on-abort.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { SubmitOptions } from './chain-port.ts'
import { nameInvalidity } from './pool-refusal.ts'
import type { CallLimits } from './rpc-socket.ts'
import type { SignedCall } from './sign-call.ts'

/** How the following of a sent call ended. */
export type FollowEnd =
  | { readonly kind: 'block'; readonly blockHash: string }
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'lost'; readonly problem: string }

/** A call that the pool took. `end` always resolves: at the latest when the call's blocks must have passed. */
export interface Followed {
  readonly end: Promise<FollowEnd>
  /** Resolves when a block took the call, or when it ended without one. */
  readonly placed: Promise<unknown>
}

const methods = { subscribe: 'author_submitAndWatchExtrinsic', unsubscribe: 'author_unwatchExtrinsic' }
const inBlock = Compile(Type.Object({ inBlock: Type.String() }))
const finalised = Compile(Type.Object({ finalized: Type.String() }))
/** Blocks that a call waits for its place and then for finality before we stop following it. */
const patienceBlocks = { included: 8, finalised: 24 }

/** Sends a signed call and follows it. Throws what the pool answers (CHAIN_RPC) and the codes of a call. */
export async function followSubmission(
  connection: ChainConnection,
  signed: SignedCall,
  options: SubmitOptions,
  limits: CallLimits,
): Promise<Followed> {
  let finish: (end: FollowEnd) => void = () => undefined
  const ended = new Promise<FollowEnd>(resolve => {
    finish = resolve
  })
  let place: () => void = () => undefined
  const inSomeBlock = new Promise<void>(resolve => {
    place = resolve
  })
  const onResult = (status: unknown) => {
    if (inBlock.Check(status)) place()
    const end = readStatus(status, options.until)
    if (end !== null) finish(end)
  }
  const stop = await connection.socket.subscribe(
    methods,
    [signed.hex],
    { onResult, onLost: error => finish({ kind: 'lost', problem: error.message }) },
    limits,
  )
  const patienceMs = connection.timeoutMs + patienceBlocks[options.until] * connection.blockTimeMs
  const timer = setTimeout(() => finish({ kind: 'lost', problem: `no block took it within ${patienceMs} ms` }), patienceMs)
  const forgetAbort = options.signal && onAbort(options.signal, () => finish({ kind: 'lost', problem: 'the caller stopped waiting' }))
  const end = ended.finally(() => {
    clearTimeout(timer)
    forgetAbort?.()
    stop()
  })
  return { end, placed: Promise.race([inSomeBlock, end]) }
}

function readStatus(status: unknown, until: SubmitOptions['until']): FollowEnd | null {
  if (finalised.Check(status)) return { kind: 'block', blockHash: status.finalized }
  if (inBlock.Check(status)) return until === 'included' ? { kind: 'block', blockHash: status.inBlock } : null
  if (status === 'dropped' || status === 'invalid') return { kind: 'dropped', reason: status === 'dropped' ? 'Dropped' : 'Invalid' }
  // The pool took it and the block found it wrong; some nodes say here why.
  const invalid = nameInvalidity(status)
  if (invalid !== null) return { kind: 'dropped', reason: invalid }
  // Another call with the same nonce and a higher priority took its place.
  if (typeof status === 'object' && status !== null && 'usurped' in status) return { kind: 'dropped', reason: 'Usurped' }
  return null
}
