import type { KeyObject } from 'node:crypto'
import { sealMessage } from '../../shared/identity/seal-message.ts'
import { boundToReply } from '../../shared/protocol/bound-text.ts'

/** Seals the answer to one request of a session: either whole, or as a stream of pieces, once. */
export interface ReplySealer {
  /** The sealed body of a reply that comes whole; its media type is `sealedType`. */
  whole(body: Uint8Array): Buffer
  /** The next piece of a stream with its length before it; the media type is `sealedStreamType`. Who reads misses an end without a piece that is `last`. */
  piece(bytes: Uint8Array, last: boolean): Buffer
}

/** Makes the sealer of the answer to the request with this counter. */
export function createReplySealer(key: KeyObject, sessionId: string, counter: number): ReplySealer {
  const bound = { whole: boundToReply('whole', sessionId), stream: boundToReply('stream', sessionId) }
  let sent = 0
  let ended = false
  const next = () => {
    // A place that is used twice would give the key away.
    if (ended) throw new RangeError('this reply is complete')
    return sent++
  }
  return {
    whole(body) {
      const sealed = sealMessage(key, { counter, piece: next(), last: true }, bound.whole, body)
      ended = true
      return sealed
    },
    piece(bytes, last) {
      const sealed = sealMessage(key, { counter, piece: next(), last }, bound.stream, bytes)
      ended = last
      const length = Buffer.alloc(4)
      length.writeUInt32BE(sealed.length)
      return Buffer.concat([length, sealed])
    },
  }
}
