import type { FastifyReply } from 'fastify'
import { lastEventData } from '../../shared/protocol/answer-chunk.ts'
import { sealedStreamType } from '../../shared/protocol/session.ts'
import type { ReplySealer } from '../admission/seal-reply.ts'

/** A reply that goes out as server-sent events. */
export interface SseReply {
  /** Whether anything went out: before that an error still gets a status of its own. */
  started(): boolean
  /** Sends one event; the first one sends the headers too. One that follows close upon another waits a moment for those after it. */
  send(data: string): void
  /** Ends a stream that is whole. */
  finish(): void
  /** Ends a stream that is not: its last event is the error. */
  fail(error: unknown): void
}

/** What a caller that does not read may make us hold. */
const maxUnreadBytes = 4_194_304
/**
 * A stream is written to this often at most, in milliseconds: less than a frame of a screen. A write, and a seal, cost more than all else about
 * an event, so a model that is faster than this sends some events with each; the first event and the end wait for nothing.
 */
const gatherMs = 8

const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' }

/** Takes a reply over for events, in clear or sealed; `onSlow` is told of a caller that does not read what is sent. */
export function openSse(reply: FastifyReply, sealer: ReplySealer | null, onSlow: () => void): SseReply {
  const { raw } = reply
  let started = false
  let gathered = ''
  let writtenMs = 0
  let waits = false
  let timer: NodeJS.Timeout | undefined
  const start = () => {
    started = true
    reply.hijack()
    raw.writeHead(200, { ...headers, 'content-type': sealer === null ? 'text/event-stream; charset=utf-8' : sealedStreamType })
  }
  const write = (last: boolean) => {
    clearTimeout(timer)
    waits = false
    const text = gathered
    gathered = ''
    if (raw.destroyed) return
    raw.write(sealer === null ? text : sealer.piece(Buffer.from(text), last))
    if (raw.writableLength > maxUnreadBytes) onSlow()
    if (last) raw.end()
  }
  const flush = () => {
    if (gathered === '') return
    writtenMs = performance.now()
    write(false)
  }
  const end = (data: string) => {
    if (!started) start()
    gathered += `data: ${data}\n\n`
    write(true)
  }
  return {
    started: () => started,
    send(data) {
      gathered += `data: ${data}\n\n`
      if (waits) return
      waits = true
      if (!started) start()
      const waitMs = writtenMs + gatherMs - performance.now()
      if (waitMs > 0) timer = setTimeout(flush, waitMs)
      // What the engine told in one message is sent in one turn, and goes out as one.
      else queueMicrotask(flush)
    },
    finish: () => end(lastEventData),
    fail: error => end(JSON.stringify(error)),
  }
}
