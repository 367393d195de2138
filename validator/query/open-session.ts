import { randomBytes } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { deriveSessionKeys } from '../../shared/identity/session-keys.ts'
import { readSs58OrNull } from '../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import { createX25519Key } from '../../shared/identity/x25519.ts'
import { parseSessionAnswer, type SessionAsk, sessionPath, transcriptBytes } from '../../shared/protocol/session.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import { createMinerSession, type MinerSession } from './miner-session.ts'
import { originOf } from './origin-of.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'
import { signRequest } from './sign-request.ts'

export interface SessionParts {
  readonly dispatcher: Dispatcher
  readonly signer: Signer
  readonly netuid: number
  readonly genesisHash: string
}

/** What came of the attempt: a session, the status of a refusal (404 where there are no sessions), or why nothing usable came. */
export type Opened = MinerSession | { readonly status: number } | { readonly cause: unknown }

const answerBytes = 4_096

/** Agrees on a session's keys with a miner; nothing that a miner does throws. */
export async function openSession(
  miner: RoundMiner,
  { dispatcher, signer, netuid, genesisHash }: SessionParts,
  signal: AbortSignal,
): Promise<Opened> {
  const own = createX25519Key()
  const ask: SessionAsk = { version: 'assay/session/1', netuid, genesisHash, callerKey: own.publicHex }
  const body = Buffer.from(JSON.stringify(ask))
  const id = randomBytes(16).toString('hex')
  const timeMs = Date.now()
  const headers = signRequest({ receiver: miner.hotkey, path: sessionPath, body, id, timeMs }, signer)
  const beganAtMs = performance.now()
  try {
    const response = await raceAbort(
      dispatcher.request({ origin: originOf(miner), path: sessionPath, method: 'POST', headers, body, signal }),
      signal,
    )
    if (response.statusCode !== 200 || response.headers['content-encoding'] !== undefined) {
      response.body.on('error', () => {}).destroy()
      return { status: response.statusCode }
    }
    const bytes = await readBody(response.body, answerBytes)
    if (bytes === null) return { cause: new RangeError(`a handshake over ${answerBytes} bytes`) }
    const { minerKey, sessionId, lifetimeMs, signature } = parseSessionAnswer(parseJsonBounded(bytes, { maxDepth: 4, maxValues: 16 }))
    const transcript = transcriptBytes({
      ...{ caller: signer.hotkey, receiver: miner.hotkey, timeMs, id, netuid, genesisHash, callerKey: own.publicHex },
      ...{ minerKey, sessionId, lifetimeMs },
    })
    const publicKey = readSs58OrNull(miner.hotkey)
    if (publicKey === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), transcript, publicKey))
      return { cause: new TypeError('a handshake that the miner did not sign') }
    const secret = own.agree(minerKey)
    if (secret === null) return { cause: new TypeError('a handshake with a weak key') }
    return createMinerSession(sessionId, deriveSessionKeys(secret, transcript), beganAtMs + lifetimeMs)
  } catch (cause) {
    return { cause }
  }
}
