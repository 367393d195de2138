import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { readSs58OrNull } from '../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import { authHeaders, requestAuthBytes } from '../../shared/protocol/request-auth.ts'
import { verdictsPath } from '../../shared/protocol/verdict-statement.ts'

/** What the headers of a signed request claim. */
export interface VerdictClaim {
  readonly caller: string
  readonly timeMs: number
  readonly id: string
  readonly signature: string
}

export interface VerdictCallers {
  /** Everything that the headers tell; throws VALIDATOR_CALLER. */
  readClaim(headers: IncomingHttpHeaders): VerdictClaim
  /** The signature over the body, then the id, which counts once; throws VALIDATOR_CALLER. Needs waitForCrypto() first. */
  prove(claim: VerdictClaim, body: Uint8Array): void
}

const windowMs = 30_000
/** Ids of the window that are remembered at most; more callers than that are told to wait. */
const maxIds = 20_000

/** Decides who asks for verdicts: scheme assay-1 with this validator as the receiver, its time on our clock, each id once. */
export function createVerdictCallers(self: string, nowMs: () => number): VerdictCallers {
  const used = new Map<string, number>()
  // Ids are not kept over a restart: what was signed before it is refused instead.
  const startedMs = nowMs()
  return {
    readClaim(headers) {
      const read = (name: string, shape: RegExp): string => {
        const value = headers[name]
        if (typeof value !== 'string' || !shape.test(value)) throw refused(`the header ${name} is missing or malformed`)
        return value
      }
      read(authHeaders.scheme, /^assay-1$/)
      const address = /^5[1-9A-HJ-NP-Za-km-z]{46,47}$/
      if (read(authHeaders.receiver, address) !== self) throw refused(`this validator is ${self}`)
      const claim = {
        caller: read(authHeaders.caller, address),
        timeMs: Number(read(authHeaders.time, /^\d{1,15}$/)),
        id: read(authHeaders.id, /^[0-9a-f]{32}$/),
        signature: read(authHeaders.signature, /^0x[0-9a-f]{128}$/),
      }
      const now = nowMs()
      if (claim.timeMs < startedMs || Math.abs(claim.timeMs - now) > windowMs)
        throw refused(`its time is ${claim.timeMs}, the clock here says ${now}; sign again`)
      return claim
    },
    prove({ caller, timeMs, id, signature }, body) {
      const now = nowMs()
      for (const [key, at] of used) {
        if (at >= now - 2 * windowMs) break
        used.delete(key)
      }
      const name = `${caller}/${id}`
      if (used.has(name)) throw refused('it was sent before; sign a new one')
      if (used.size >= maxIds) throw new AssayError('VALIDATOR_CALLER_BUSY')
      const signed = requestAuthBytes({ ...{ method: 'POST', path: verdictsPath, body, caller, receiver: self }, timeMs, id })
      const key = readSs58OrNull(caller)
      if (key === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), signed, key))
        throw refused("its signature is not the caller's")
      used.set(name, now)
    },
  }
}

function refused(problem: string): AssayError {
  return new AssayError('VALIDATOR_CALLER', { problem })
}
