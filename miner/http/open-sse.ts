import type { FastifyReply } from 'fastify'
import { lastEventData } from '../../shared/protocol/answer-chunk.ts'
import { sealedStreamType } from '../../shared/protocol/session.ts'
import type { ReplySealer } from '../admission/seal-reply.ts'

/** A reply that goes out as server-sent events. */
export interface SseReply {
  /** Whether anything went out: before that an error still gets a status of its own. */
  started(): boolean
  /** Sends one event; the first one sends the headers too. */
  send(data: string): void
  /** Ends a stream that is whole. */
  finish(): void
  /** Ends a stream that is not: its last event is the error. */
  fail(error: unknown): void
}

/** What a caller that does not read may make us hold. */
const maxUnreadBytes = 4_194_304

const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' }

/** Takes a reply over for events, in clear or sealed; `onSlow` is told of a caller that does not read what is sent. */
export function openSse(reply: FastifyReply, sealer: ReplySealer | null, onSlow: () => void): SseReply {
  const { raw } = reply
  let started = false
  const write = (text: string, last: boolean) => {
    if (!started) {
      started = true
      reply.hijack()
      raw.writeHead(200, { ...headers, 'content-type': sealer === null ? 'text/event-stream; charset=utf-8' : sealedStreamType })
    }
    if (raw.destroyed) return
    raw.write(sealer === null ? text : sealer.piece(Buffer.from(text), last))
    if (raw.writableLength > maxUnreadBytes) onSlow()
    if (last) raw.end()
  }
  return {
    started: () => started,
    send: data => write(`data: ${data}\n\n`, false),
    finish: () => write(`data: ${lastEventData}\n\n`, true),
    fail: error => write(`data: ${JSON.stringify(error)}\n\n`, true),
  }
}
