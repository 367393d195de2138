import type { KeyPair } from '../../shared/identity/key-pair.ts'
import type { SessionAnswer } from '../../shared/protocol/session.ts'
import type { RoundMiner } from '../../validator/challenge/drawn-request.ts'
import type { MinerSession } from '../../validator/query/miner-session.ts'
import { openDialer } from '../../validator/query/open-dialer.ts'
import { openSession } from '../../validator/query/open-session.ts'
import { createSessionBook, type SessionBook } from '../../validator/query/session-book.ts'
import type { RawRequest } from './signed-ask.ts'
import type { TestMiner } from './test-miner.ts'

/** A test miner's side that validators see, and sessions with it. */
export interface SessionLab {
  readonly dispatcher: ReturnType<typeof openDialer>
  minerOf(miner: TestMiner): RoundMiner
  /** Opens a session as the caller would; throws where the miner gives none. */
  open(miner: TestMiner, caller?: KeyPair): Promise<MinerSession>
  book(miner: TestMiner): SessionBook
  close(): Promise<void>
}

export const genesisHash = `0x${'01'.repeat(32)}`

/** Opens what it takes to have sessions with test miners. */
export function openSessionLab(): SessionLab {
  const dispatcher = openDialer({
    allowPrivate: true,
    connectTimeoutMs: 2_000,
    headersTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
    connectionsPerMiner: 8,
  })
  const partsOf = (signer: KeyPair) => ({ dispatcher, signer, netuid: 2, genesisHash })
  const minerOf = ({ running, cast }: TestMiner): RoundMiner => {
    const { hostname, port } = new URL(running.url)
    return { uid: 2, hotkey: cast.miner.hotkey, coldkey: cast.stranger.coldkey, registeredAtBlock: 7, host: hostname, port: Number(port) }
  }
  return {
    dispatcher,
    minerOf,
    async open(miner, caller = miner.cast.validator) {
      const opened = await openSession(minerOf(miner), partsOf(caller), AbortSignal.timeout(10_000))
      if (opened === null || !('seal' in opened)) throw new Error(`no session: ${JSON.stringify(opened)}`)
      return opened
    },
    book: miner => createSessionBook(partsOf(miner.cast.validator)),
    close: () => dispatcher.destroy(),
  }
}

/** A sealed request as it goes over the wire, and what opens its answer. */
export function sealedRequest(session: MinerSession, body: unknown, path = '/v1/chat/completions', timeMs = Date.now()) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const { headers, body: sealed, reply } = session.seal(path, bytes, timeMs)
  const request: RawRequest = { method: 'POST', path, headers, body: sealed }
  return { request, reply }
}

/** The answer of the session door, as far as it is one. */
export function isSessionAnswer(value: unknown): value is SessionAnswer {
  return typeof value === 'object' && value !== null && 'sessionId' in value
}
