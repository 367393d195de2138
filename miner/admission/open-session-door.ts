import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { parseSessionAsk, type SessionAnswer } from '../../shared/protocol/session.ts'
import { networkOf } from '../../shared/util/network-of.ts'
import { readJson } from '../http/read-json.ts'
import type { Claim, Gate, ReceivedParts } from './gate.ts'
import type { HandshakeBuckets } from './handshake-buckets.ts'
import type { Sessions } from './open-sessions.ts'

export interface SessionDoorOptions {
  readonly gate: Gate
  readonly sessions: Sessions
  readonly handshakes: HandshakeBuckets
}

/** Where callers open sessions. */
export interface SessionDoor {
  /** As the gate's, and before it the rate of handshakes from one address. Throws MINER_HANDSHAKES, MINER_AUTH_HEADERS where the request is not signed by scheme assay-1. */
  checkHeaders(headers: IncomingHttpHeaders, ip: string): Claim
  /** Proves the request and opens the session. Throws as the gate, and MINER_HANDSHAKES, MINER_SESSION_*. */
  open(claim: Claim, parts: ReceivedParts): Promise<SessionAnswer>
}

/** Makes the door: the same proof as of any signed request, behind two more rates. */
export function createSessionDoor({ gate, sessions, handshakes }: SessionDoorOptions): SessionDoor {
  return {
    checkHeaders(headers, ip) {
      handshakes.take(networkOf(ip))
      const claim = gate.checkHeaders(headers, ip)
      if (claim.kind !== 'signed' || claim.auth.scheme !== 'assay-1') throw new AssayError('MINER_AUTH_HEADERS', { header: 'assay-scheme' })
      return claim
    },
    async open(claim, parts) {
      if (claim.kind !== 'signed') throw new AssayError('MINER_AUTH_HEADERS', { header: 'assay-scheme' })
      const { caller, body } = await gate.prove(claim, parts)
      const ask = parseSessionAsk(readJson(body))
      // By name only now: before the proof a stranger could use up what belongs to the caller.
      handshakes.take(caller)
      return sessions.open(claim.auth, ask)
    },
  }
}
