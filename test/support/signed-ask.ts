import { randomBytes } from 'node:crypto'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import type { ChatAsk } from '../../shared/protocol/ask.ts'
import { authHeaders, requestAuthBytes } from '../../shared/protocol/request-auth.ts'

/** One HTTP request as a test sends it: change any part before it goes out. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A chat request in the shape of the protocol, changed as told. */
export function chatAsk(manifestDigest: string, changes: Partial<ChatAsk> = {}, assay: Partial<ChatAsk['assay']> = {}): ChatAsk {
  return {
    model: 'assay-tiny',
    messages: [{ role: 'user', content: 'What is 17 plus 25?' }],
    max_tokens: 16,
    temperature: 1,
    ...changes,
    assay: {
      requestId: randomBytes(16).toString('hex'),
      netuid: 2,
      manifestDigest,
      requestSeed: randomBytes(32).toString('hex'),
      scope: 'miner',
      choice: 0,
      deadlineBlock: 100,
      deadlineMs: 10_000,
      ...assay,
    },
  }
}

export interface SignOptions {
  readonly path?: string
  readonly timeMs?: number
  readonly id?: string
}

/** Signs a body as a validator does. */
export function signedRequest(caller: KeyPair, receiver: string, body: unknown, options: SignOptions = {}): RawRequest {
  const path = options.path ?? '/v1/chat/completions'
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const timeMs = options.timeMs ?? Date.now()
  const id = options.id ?? idOf(body)
  const signed = requestAuthBytes({ method: 'POST', path, body: bytes, caller: caller.hotkey, receiver, timeMs, id })
  const headers = {
    'content-type': 'application/json',
    [authHeaders.scheme]: 'assay-1',
    [authHeaders.caller]: caller.hotkey,
    [authHeaders.receiver]: receiver,
    [authHeaders.time]: String(timeMs),
    [authHeaders.id]: id,
    [authHeaders.signature]: `0x${Buffer.from(caller.sign(signed)).toString('hex')}`,
  }
  return { method: 'POST', path, headers, body: bytes }
}

/** The same request with some headers replaced; undefined leaves one out. */
export function withHeaders(request: RawRequest, changes: Readonly<Record<string, string | undefined>>): RawRequest {
  const headers = Object.fromEntries(
    Object.entries({ ...request.headers, ...changes }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
  return { ...request, headers }
}

function idOf(body: unknown): string {
  const ask = typeof body === 'object' && body !== null && 'assay' in body ? body.assay : undefined
  const id = typeof ask === 'object' && ask !== null && 'requestId' in ask ? ask.requestId : undefined
  return typeof id === 'string' ? id : randomBytes(16).toString('hex')
}
