import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { OpenRequest } from '../../shared/protocol/open-request.ts'
import { usageOf } from '../../shared/protocol/usage.ts'
import { buildOpenAnswer } from '../build-open-answer.ts'
import type { CompletedOpen, OpenArrived, OpenPiece } from '../complete-open.ts'
import type { KeyCaller } from '../keys/create-key-ring.ts'
import { createChunkBuilder } from './build-chunks.ts'
import { describeError } from './describe-error.ts'
import { bodyOf, type Door } from './door.ts'
import { openSse } from './open-sse.ts'
import { readJson } from './read-json.ts'
import type { ServerContext } from './server-context.ts'
import { watchCaller } from './watch-caller.ts'

export type OpenKind = 'chat' | 'completion'

/** The door of callers with an API key: OpenAI's protocol and nothing else; no receipt. */
export function createKeyDoor(kind: OpenKind, parse: (value: unknown) => OpenRequest, context: ServerContext): Door {
  const arrivals = new WeakMap<object, { readonly key: KeyCaller; readonly receivedAtMs: number }>()
  return {
    enter(request) {
      arrivals.set(request, { key: findKey(context, request), receivedAtMs: context.monotonicMs() })
    },
    async answer(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const { signal, drop } = watchCaller(reply)
      const leave = arrival.key.enter()
      try {
        const arrived = { ...arrival, kind, request: parse(readJson(bodyOf(request))), signal }
        const head = { id: `${kind === 'chat' ? 'chatcmpl' : 'cmpl'}-${randomBytes(16).toString('hex')}`, createdMs: context.nowMs() }
        if (arrived.request.stream) return await stream(arrived, head, reply, drop, context)
        return buildOpenAnswer(arrived, head, await context.complete(arrived))
      } finally {
        leave()
      }
    },
  }
}

/** Whose key the header bears. Throws MINER_NO_KEYS, MINER_KEY_NEEDED, MINER_KEY. */
export function findKey({ keys, onKey }: ServerContext, { headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>): KeyCaller {
  if (keys === null) throw new AssayError('MINER_NO_KEYS')
  if (headers.authorization === undefined) throw new AssayError('MINER_KEY_NEEDED')
  const caller = keys.find(headers.authorization)
  onKey?.(caller.name, ip)
  return caller
}

async function stream(
  arrived: OpenArrived,
  head: { readonly id: string; readonly createdMs: number },
  reply: FastifyReply,
  drop: () => void,
  context: ServerContext,
): Promise<FastifyReply> {
  const { kind, request } = arrived
  const sse = openSse(reply, null, drop)
  const { includeUsage, model } = request
  const created = Math.floor(head.createdMs / 1_000)
  const chunks = createChunkBuilder({ kind, id: head.id, created, model, announcesUsage: includeUsage })
  const begun = new Set<number>()
  let completed: CompletedOpen
  try {
    completed = await context.complete(arrived, ({ index, text, logprobs, finishReason }: OpenPiece) => {
      // An answer's first token is told even while its text is not certain: the caller waits for a sign.
      if (text !== '' || logprobs !== undefined || !begun.has(index)) sse.send(chunks.text(index, text, logprobs && { logprobs }))
      begun.add(index)
      if (finishReason !== undefined) sse.send(chunks.end(index, finishReason))
    })
  } catch (error) {
    if (!sse.started()) throw error
    const { status, body } = describeError(error, 0)
    context.onRefusal(body.error.code, status, error)
    sse.fail(body)
    return reply
  }
  if (includeUsage) sse.send(chunks.usage(usageOf(completed.promptTokens, completed.completionTokens)))
  sse.finish()
  return reply
}
