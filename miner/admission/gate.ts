import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import { requestAuthBytes } from '../../shared/protocol/request-auth.ts'
import type { AttemptBuckets } from './attempt-buckets.ts'
import type { Callers } from './callers.ts'
import { type ClaimedAuth, readAuth } from './read-auth.ts'
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
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** A request whose headers alone allow reading its body. */
export interface Claim {
  readonly auth: ClaimedAuth
  readonly publicKey: Uint8Array
  readonly ip: string
}

export interface SignedParts {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
}

/** Decides who may ask now, cheapest question first; nothing is stored for a request before its signature holds. */
export interface Gate {
  /** Everything that the headers tell. Throws MINER_AUTH_HEADERS, MINER_RECEIVER, MINER_TIME, MINER_CALLER_* and MINER_ATTEMPTS. */
  checkHeaders(headers: IncomingHttpHeaders, ip: string): Claim
  /** The signature over what was received, then the id. Throws MINER_SIGNATURE, MINER_REPLAYED and MINER_IDS_FULL. */
  prove(claim: Claim, parts: SignedParts): void
}

/** Makes the gate of a miner. */
export function createGate(options: GateOptions): Gate {
  const { selfHotkey, attempts, usedIds } = options
  return {
    checkHeaders(headers, ip) {
      const auth = readAuth(headers)
      if (auth.receiver !== selfHotkey) throw new AssayError('MINER_RECEIVER', { hotkey: selfHotkey })
      assertInWindow(auth.timeMs, options.nowMs(), options.window)
      const publicKey = publicKeyOf(auth.caller, options)
      attempts.take(auth.caller, ip)
      return { auth, publicKey, ip }
    },
    prove({ auth, publicKey, ip }, { method, path, body }) {
      const signed = requestAuthBytes({
        method,
        path,
        body,
        caller: auth.caller,
        receiver: auth.receiver,
        timeMs: auth.timeMs,
        id: auth.id,
      })
      if (!verifySr25519(auth.signature, signed, publicKey)) throw new AssayError('MINER_SIGNATURE')
      attempts.prove(auth.caller, ip)
      usedIds.use(auth.caller, auth.id)
    },
  }
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
