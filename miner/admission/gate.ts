import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { SignaturePool } from '../../shared/identity/open-signature-pool.ts'
import { openMessage } from '../../shared/identity/seal-message.ts'
import { boundToRequest } from '../../shared/protocol/bound-text.ts'
import { epistulaBytes } from '../../shared/protocol/epistula.ts'
import { requestAuthBytes } from '../../shared/protocol/request-auth.ts'
import { maxSessionCounter, sessionScheme } from '../../shared/protocol/session.ts'
import type { AttemptBuckets } from './attempt-buckets.ts'
import type { Callers } from './callers.ts'
import type { Session, Sessions } from './open-sessions.ts'
import { readAuth, type SealedClaim, type SignedClaim } from './read-auth.ts'
import { createReplySealer, type ReplySealer } from './seal-reply.ts'
import type { UsedIds } from './used-ids.ts'

/** The time window around this miner's clock, the only clock that counts. */
export interface TimeWindow {
  readonly pastMs: number
  readonly futureMs: number
}

export interface GateOptions {
  readonly selfHotkey: string
  readonly netuid: number
  readonly minStakeRao: bigint
  readonly window: TimeWindow
  readonly callers: () => Callers
  readonly attempts: AttemptBuckets
  readonly usedIds: UsedIds
  readonly sessions: Sessions
  readonly signatures: Pick<SignaturePool, 'verify'>
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** A request whose headers alone allow reading its body. */
export type Claim =
  | { readonly kind: 'signed'; readonly auth: SignedClaim; readonly publicKey: Uint8Array; readonly ip: string }
  | { readonly kind: 'sealed'; readonly auth: SealedClaim; readonly session: Session }

export interface ReceivedParts {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
}

/** A request that is its caller's beyond doubt. */
export interface Admitted {
  readonly scheme: 'assay-1' | 'epistula-2' | typeof sessionScheme
  readonly caller: string
  /** Under `assay-1`, which signs it: the body's request id must be this one. */
  readonly requestId: string | null
  /** The body in clear. */
  readonly body: Uint8Array
  /** What the answer must be sealed with; null outside of sessions. */
  readonly reply: ReplySealer | null
}

/** Decides who may ask now, cheapest question first; nothing is stored for a request before its signature holds. */
export interface Gate {
  /** Everything that the headers tell. Throws MINER_AUTH_HEADERS, MINER_RECEIVER, MINER_TIME, MINER_REPLAYED, MINER_SESSION_UNKNOWN, MINER_CALLER_* and MINER_ATTEMPTS. */
  checkHeaders(headers: IncomingHttpHeaders, ip: string): Claim
  /** Signature or seal over what was received, then the id. Throws MINER_SIGNATURE, MINER_REPLAYED, MINER_IDS_FULL and MINER_BUSY. */
  prove(claim: Claim, parts: ReceivedParts): Promise<Admitted>
}

/** Epistula's own window is wider than ours. */
const epistulaPastMs = 8_000

/** Makes the gate of a miner. */
export function createGate(options: GateOptions): Gate {
  return {
    checkHeaders(headers, ip) {
      const auth = readAuth(headers)
      return auth.scheme === sessionScheme ? checkSealed(auth, options) : checkSigned(auth, ip, options)
    },
    async prove(claim, parts) {
      return claim.kind === 'sealed' ? openSealed(claim, parts) : await proveSigned(claim, parts, options)
    },
  }
}

function checkSigned(auth: SignedClaim, ip: string, options: GateOptions): Claim {
  const { selfHotkey, attempts, usedIds, window } = options
  if (auth.receiver !== selfHotkey) throw new AssayError('MINER_RECEIVER', { hotkey: selfHotkey })
  assertInWindow(auth.timeMs, options.nowMs(), auth.scheme === 'epistula-2' ? { ...window, pastMs: epistulaPastMs } : window)
  const publicKey = publicKeyOf(auth.caller, options)
  usedIds.assertFree(auth.caller, auth.id)
  attempts.take(auth.caller, ip)
  return { kind: 'signed', auth, publicKey, ip }
}

async function proveSigned(
  { auth, publicKey, ip }: Extract<Claim, { kind: 'signed' }>,
  { method, path, body }: ReceivedParts,
  { signatures, attempts, usedIds }: GateOptions,
): Promise<Admitted> {
  const { scheme, caller, receiver, timeMs, id } = auth
  const signed =
    scheme === 'assay-1'
      ? requestAuthBytes({ method, path, body, caller, receiver, timeMs, id })
      : epistulaBytes({ body, uuid: id, timestampMs: timeMs, signedFor: receiver })
  if (!(await signatures.verify(auth.signature, signed, publicKey))) throw new AssayError('MINER_SIGNATURE')
  attempts.prove(caller, ip)
  usedIds.use(caller, id)
  return { scheme, caller, requestId: scheme === 'assay-1' ? id : null, body, reply: null }
}

function checkSealed(auth: SealedClaim, options: GateOptions): Claim {
  const { sessions, window } = options
  const session = sessions.find(auth.sessionId)
  // Also after a restart, which forgets all of them: the caller then opens a new one.
  if (session === undefined) throw new AssayError('MINER_SESSION_UNKNOWN')
  try {
    publicKeyOf(session.caller, options)
  } catch (error) {
    sessions.end(session.id)
    throw error
  }
  assertInWindow(auth.timeMs, options.nowMs(), window)
  if (auth.counter > maxSessionCounter || !session.window.isFree(auth.counter)) throw new AssayError('MINER_REPLAYED')
  return { kind: 'sealed', auth, session }
}

function openSealed({ auth, session }: Extract<Claim, { kind: 'sealed' }>, { method, path, body }: ReceivedParts): Admitted {
  const { sessionId, counter, timeMs } = auth
  const bound = boundToRequest({ method, path, sessionId, counter, timeMs })
  const plain = openMessage(session.keys.toMiner, { counter, piece: 0, last: true }, bound, body)
  if (plain === null) throw new AssayError('MINER_SIGNATURE')
  // Only now: who cannot seal uses up no counter.
  if (!session.window.take(counter)) throw new AssayError('MINER_REPLAYED')
  const reply = createReplySealer(session.keys.toCaller, sessionId, counter)
  return { scheme: sessionScheme, caller: session.caller, requestId: null, body: plain, reply }
}

function assertInWindow(timeMs: number, nowMs: number, { pastMs, futureMs }: TimeWindow): void {
  if (timeMs < nowMs - pastMs || timeMs > nowMs + futureMs) throw new AssayError('MINER_TIME', { pastMs, futureMs, nowMs })
}

function publicKeyOf(hotkey: string, { callers, netuid, minStakeRao }: GateOptions): Uint8Array {
  const caller = callers().get(hotkey)
  if (caller === undefined) throw new AssayError('MINER_CALLER_UNKNOWN', { netuid })
  if ('refusal' in caller) throw new AssayError(caller.refusal, { netuid, minRao: minStakeRao })
  return caller.publicKey
}
