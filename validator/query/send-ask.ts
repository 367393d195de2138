import type { Dispatcher } from 'undici'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { type Ask, routeOf } from '../../shared/protocol/ask.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import type { MinerSession, ReplyOpener } from './miner-session.ts'
import { originOf } from './origin-of.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'
import type { SessionBook } from './session-book.ts'
import { signRequest } from './sign-request.ts'

export interface SendParts {
  readonly dispatcher: Dispatcher
  readonly signer: Signer
  /** Without it every request is signed. */
  readonly sessions?: SessionBook
}

/** A reply whose head is here. */
export interface SentAsk {
  readonly response: Dispatcher.ResponseData
  /** What opens it; null where the request was signed and both went in clear. */
  readonly reply: ReplyOpener | null
}

const refusalBytes = 2_048

/**
 * Sends a request: inside the session with its miner, which is opened where there is none; signed on its own where the miner never had
 * sessions. A miner that has forgotten the session, as after a restart, is asked once more. Rejects as SessionBook.find, and where nothing
 * comes back.
 */
export async function sendAsk(miner: RoundMiner, ask: Ask, parts: SendParts, signal: AbortSignal): Promise<SentAsk> {
  const body = new TextEncoder().encode(JSON.stringify(ask))
  return await sendPost(miner, { path: routeOf(ask), body, id: ask.assay.requestId }, parts, signal)
}

/** A body with its route. */
export interface Post {
  readonly path: string
  readonly body: Uint8Array
  /** 32 hex digits, never used before. */
  readonly id: string
}

/** Sends any body as sendAsk does. */
export async function sendPost(miner: RoundMiner, post: Post, parts: SendParts, signal: AbortSignal): Promise<SentAsk> {
  const session = (await parts.sessions?.find(miner, signal)) ?? null
  const sent = await sendIn(session, miner, post, parts, signal)
  if (session === null || sent.response.statusCode !== 401) return sent
  if (!(await isSessionUnknown(sent.response))) return sent
  parts.sessions?.forget(miner, session)
  return await sendIn((await parts.sessions?.find(miner, signal)) ?? null, miner, post, parts, signal)
}

async function sendIn(
  session: MinerSession | null,
  miner: RoundMiner,
  { path, body, id }: Post,
  { dispatcher, signer }: SendParts,
  signal: AbortSignal,
): Promise<SentAsk> {
  const timeMs = Date.now()
  const sealed = session?.seal(path, body, timeMs) ?? {
    headers: signRequest({ receiver: miner.hotkey, path, body, id, timeMs }, signer),
    body,
    reply: null,
  }
  const request = dispatcher.request({ origin: originOf(miner), path, method: 'POST', headers: sealed.headers, body: sealed.body, signal })
  // While a request waits for a connection, the dispatcher does not look at its signal.
  return { response: await raceAbort(request, signal), reply: sealed.reply }
}

/** Reads a refusal to its end: whoever wrote it can only make us open a session again. */
async function isSessionUnknown(response: Dispatcher.ResponseData): Promise<boolean> {
  try {
    const bytes = await readBody(response.body, refusalBytes)
    const value = bytes === null ? null : parseJsonBounded(bytes, { maxDepth: 4, maxValues: 32 })
    return codeOf(value) === 'MINER_SESSION_UNKNOWN'
  } catch {
    return false
  }
}

function codeOf(value: unknown): unknown {
  const error = typeof value === 'object' && value !== null && 'error' in value ? value.error : null
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null
}
