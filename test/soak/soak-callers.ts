import { type Agent, request as httpRequest } from 'node:http'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { lastEventData } from '../../shared/protocol/answer-chunk.ts'
import type { MinerSession } from '../../validator/query/miner-session.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import type { SoakAddress } from './soak-messages.ts'

/** One request as it goes out, and what tells whether its answer came whole. */
export interface SoakRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Whether these bytes are a whole answer. */
  isWhole(bytes: Buffer): boolean
}

/** What became of a request; `lost`, with what was seen, is none of what it may be. */
export type Outcome = 'answered' | 'disconnected' | { readonly refused: string } | { readonly lost: string }

export const soakPath = '/v1/chat/completions'

export interface CallerParts {
  readonly address: SoakAddress
  readonly validators: readonly KeyPair[]
  readonly sessions: readonly MinerSession[]
}

/** The request with this index: callers with keys, sessions and single signatures in turn, half of them streams. */
export function soakRequest(index: number, maxTokens: number, { address, validators, sessions }: CallerParts): SoakRequest {
  const stream = index % 2 === 0
  const changes = { max_tokens: maxTokens, ...(stream && { stream }) }
  const kind = Math.floor(index / 2) % 10
  if (kind < 5) {
    const messages = [{ role: 'user', content: `What is ${index} plus 25?` }]
    const body = Buffer.from(JSON.stringify({ model: 'assay-tiny', messages, temperature: 1, ...changes }))
    const apiKey = address.apiKeys[kind % address.apiKeys.length] ?? ''
    return { headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }, body, isWhole: wholePlain(stream) }
  }
  const ask = chatAsk(address.manifestDigest, changes)
  const session = sessions[kind % sessions.length]
  const validator = validators[kind % validators.length]
  if (kind === 9 && validator !== undefined) return { ...signedRequest(validator, address.hotkey, ask), isWhole: wholePlain(stream) }
  if (session === undefined) throw new Error('no session')
  const { headers, body, reply } = session.seal(soakPath, Buffer.from(JSON.stringify(ask)), Date.now())
  return {
    headers,
    body,
    isWhole(bytes) {
      if (!stream) return wholePlain(false)(reply.whole(bytes))
      const reader = reply.stream()
      return wholePlain(true)(Buffer.concat(reader.push(bytes))) && reader.ended()
    },
  }
}

function wholePlain(stream: boolean): (bytes: Buffer) => boolean {
  return bytes => {
    const text = bytes.toString()
    if (stream) return text.endsWith(`data: ${lastEventData}\n\n`)
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'choices' in value
  }
}

/** Sends a request and says what became of it; `leaveAt` closes the connection before the answer or at its first bytes. */
export function sendSoak(
  url: string,
  { headers, body, isWhole }: SoakRequest,
  agent: Agent,
  leaveAt: 'never' | 'once sent' | 'first bytes',
): Promise<Outcome> {
  return new Promise(resolve => {
    const fail = (error: Error) =>
      resolve(leaveAt === 'never' ? { lost: `${error.message}, socket ${outgoing.reusedSocket ? 'used before' : 'new'}` } : 'disconnected')
    const outgoing = httpRequest(
      `${url}${soakPath}`,
      { method: 'POST', headers: { ...headers, 'content-length': body.length }, agent },
      response => {
        const pieces: Buffer[] = []
        const leave = () => {
          outgoing.destroy()
          resolve('disconnected')
        }
        response.on('data', (piece: Buffer) => {
          pieces.push(piece)
          if (leaveAt === 'first bytes') leave()
        })
        response.on('error', fail)
        response.on('end', () => resolve(outcomeOf(response.statusCode ?? 0, Buffer.concat(pieces), isWhole)))
      },
    )
    outgoing.on('error', fail)
    outgoing.end(body, () => {
      if (leaveAt !== 'once sent') return
      outgoing.destroy()
      resolve('disconnected')
    })
  })
}

function outcomeOf(status: number, bytes: Buffer, isWhole: SoakRequest['isWhole']): Outcome {
  try {
    if (status === 200) return isWhole(bytes) ? 'answered' : { lost: `200 and ${bytes.length} bytes that are no whole answer` }
    const { error }: { error?: { code?: string } } = JSON.parse(bytes.toString())
    return error?.code === undefined ? { lost: `${status} without a reason` } : { refused: error.code }
  } catch {
    return { lost: `${status} and ${bytes.length} bytes that cannot be read` }
  }
}
