import { openMessage, sealMessage, tagBytes } from '../../shared/identity/seal-message.ts'
import type { SessionKeys } from '../../shared/identity/session-keys.ts'
import { boundToReply, boundToRequest } from '../../shared/protocol/bound-text.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { maxSessionCounter, sealedType, sessionHeaders, sessionScheme } from '../../shared/protocol/session.ts'

/** What opens the answer to one sealed request. */
export interface ReplyOpener {
  /** A body that came whole; throws SyntaxError where it does not open. */
  whole(sealed: Uint8Array): Buffer
  /** The pieces of a stream, as bytes come in. */
  stream(): PieceReader
}

export interface PieceReader {
  /** Takes further bytes; returns what opened. Throws SyntaxError at the first piece that does not open, is too long, or follows the last. */
  push(bytes: Uint8Array): Buffer[]
  /** Whether the last piece was read: a stream without it was cut off. */
  ended(): boolean
}

export interface SealedRequest {
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly reply: ReplyOpener
}

/** A session with one miner. */
export interface MinerSession {
  readonly id: string
  /** On the clock of performance.now(). */
  readonly endsAtMs: number
  /** Whether it has places for further requests. */
  hasRoom(): boolean
  /** Seals a POST: each call is a new request with its own counter. */
  seal(path: string, body: Uint8Array, timeMs: number): SealedRequest
}

/** Longest piece of a stream: a few tokens with their receipts. */
const maxPieceBytes = 1_048_576
const lengthBytes = 4

/** Makes the session of agreed keys. */
export function createMinerSession(id: string, keys: SessionKeys, endsAtMs: number): MinerSession {
  let counter = 0
  return {
    id,
    endsAtMs,
    hasRoom: () => counter < maxSessionCounter,
    seal(path, body, timeMs) {
      const used = counter++
      const bound = boundToRequest({ method: 'POST', path, sessionId: id, counter: used, timeMs })
      return {
        headers: {
          'content-type': sealedType,
          'accept-encoding': 'identity',
          [authHeaders.scheme]: sessionScheme,
          [authHeaders.time]: String(timeMs),
          [sessionHeaders.session]: id,
          [sessionHeaders.counter]: String(used),
        },
        body: sealMessage(keys.toMiner, { counter: used, piece: 0, last: true }, bound, body),
        reply: createReplyOpener(keys, id, used),
      }
    },
  }
}

function createReplyOpener({ toCaller }: SessionKeys, sessionId: string, counter: number): ReplyOpener {
  return {
    whole(sealed) {
      const plain = openMessage(toCaller, { counter, piece: 0, last: true }, boundToReply('whole', sessionId), sealed)
      if (plain === null) throw new SyntaxError('the sealed answer does not open')
      return plain
    },
    stream() {
      const bound = boundToReply('stream', sessionId)
      // Joined only when a whole piece is here: a peer that sends single bytes must not make us copy all that came before each.
      let held: Buffer[] = []
      let size = 0
      let needed = lengthBytes
      let piece = 0
      let ended = false
      const open = (sealed: Uint8Array) => {
        const middle = openMessage(toCaller, { counter, piece, last: false }, bound, sealed)
        const plain = middle ?? openMessage(toCaller, { counter, piece, last: true }, bound, sealed)
        if (plain === null) throw new SyntaxError('a sealed piece does not open')
        ended = middle === null
        piece += 1
        return plain
      }
      return {
        ended: () => ended,
        push(bytes) {
          held.push(Buffer.from(bytes))
          size += bytes.length
          const opened: Buffer[] = []
          while (size >= needed) {
            const all = Buffer.concat(held)
            const end = lengthBytes + all.readUInt32BE(0)
            if (end > lengthBytes + maxPieceBytes + tagBytes) throw new SyntaxError(`a sealed piece of ${end - lengthBytes} bytes`)
            if (ended) throw new SyntaxError('bytes after the last sealed piece')
            const complete = all.length >= end
            if (complete) opened.push(open(all.subarray(lengthBytes, end)))
            held = [complete ? all.subarray(end) : all]
            size = all.length - (complete ? end : 0)
            needed = complete ? lengthBytes : end
          }
          return opened
        },
      }
    },
  }
}
