import { randomBytes } from 'node:crypto'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { deriveSessionKeys, type SessionKeys } from '../../shared/identity/session-keys.ts'
import { createX25519Key } from '../../shared/identity/x25519.ts'
import { createReplayWindow, type ReplayWindow } from '../../shared/protocol/replay-window.ts'
import { type SessionAnswer, type SessionAsk, transcriptBytes } from '../../shared/protocol/session.ts'
import type { ProvenAuth } from './read-auth.ts'

/** One caller's session; it is in memory alone. */
export interface Session {
  readonly id: string
  readonly caller: string
  readonly keys: SessionKeys
  readonly window: ReplayWindow
  /** On the monotonic clock. */
  readonly endsAtMs: number
}

export interface SessionsOptions {
  readonly hotkey: Pick<KeyPair, 'hotkey' | 'sign'>
  readonly netuid: number
  readonly genesisHash: string
  /** An hour at most. */
  readonly lifetimeMs: number
  readonly monotonicMs: () => number
  /** A caller's oldest session goes where it opens more. */
  readonly limitPerCaller?: number
  /** The oldest of all goes where there are more. */
  readonly limit?: number
}

export interface Sessions {
  /** Agrees on keys with a caller whose request was proven, and answers it. Throws MINER_SESSION_CHAIN, MINER_SESSION_KEY. */
  open(auth: ProvenAuth, ask: SessionAsk): SessionAnswer
  /** The session of that id, while it lasts. */
  find(id: string): Session | undefined
  end(id: string): void
  /** Ends the sessions of all callers that are not admitted any more. */
  keepOnly(isAdmitted: (caller: string) => boolean): void
  size(): number
}

/** Keeps the sessions of a miner: bounded for each caller and in all, an hour at most, lost with the process. */
export function createSessions(options: SessionsOptions): Sessions {
  const { hotkey, netuid, genesisHash, lifetimeMs, monotonicMs, limitPerCaller = 8, limit = 2_048 } = options
  // In the order in which they were opened, which is the order in which they end.
  const sessions = new Map<string, Session>()
  const dropEnded = () => {
    const now = monotonicMs()
    for (const [id, session] of sessions) {
      if (session.endsAtMs > now) break
      sessions.delete(id)
    }
  }
  const makeRoom = (caller: string) => {
    dropEnded()
    const own = [...sessions.values()].filter(session => session.caller === caller)
    for (const session of own.slice(0, Math.max(0, own.length - limitPerCaller + 1))) sessions.delete(session.id)
    const oldest = sessions.keys().next()
    if (sessions.size >= limit && !oldest.done) sessions.delete(oldest.value)
  }
  return {
    open({ caller, receiver, timeMs, id }, ask) {
      if (ask.netuid !== netuid || ask.genesisHash !== genesisHash) throw new AssayError('MINER_SESSION_CHAIN', { netuid, genesisHash })
      const own = createX25519Key()
      const secret = own.agree(ask.callerKey)
      if (secret === null) throw new AssayError('MINER_SESSION_KEY')
      const sessionId = randomBytes(16).toString('hex')
      const minerKey = own.publicHex
      const transcript = transcriptBytes({
        ...{ caller, receiver, timeMs, id, netuid, genesisHash, callerKey: ask.callerKey },
        ...{ minerKey, sessionId, lifetimeMs },
      })
      makeRoom(caller)
      const keys = deriveSessionKeys(secret, transcript)
      sessions.set(sessionId, { id: sessionId, caller, keys, window: createReplayWindow(), endsAtMs: monotonicMs() + lifetimeMs })
      const signature = `0x${Buffer.from(hotkey.sign(transcript)).toString('hex')}`
      return { version: 'assay/session/1', sessionId, minerKey, lifetimeMs, signature }
    },
    find(id) {
      const session = sessions.get(id)
      return session !== undefined && session.endsAtMs > monotonicMs() ? session : undefined
    },
    end: id => {
      sessions.delete(id)
    },
    keepOnly(isAdmitted) {
      dropEnded()
      for (const [id, { caller }] of sessions) if (!isAdmitted(caller)) sessions.delete(id)
    },
    size: () => sessions.size,
  }
}
