import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { AnswerBody } from '../../shared/protocol/answer.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import { sealedType } from '../../shared/protocol/session.ts'
import type { Admitted, Claim } from '../admission/gate.ts'
import type { ReplySealer } from '../admission/seal-reply.ts'
import type { Arrived } from '../answer-ask.ts'
import { fillAsk } from '../fill-ask.ts'
import { createChunkBuilder } from './build-chunks.ts'
import { describeError } from './describe-error.ts'
import { bodyOf, type Door } from './door.ts'
import { openSse } from './open-sse.ts'
import { readJson } from './read-json.ts'
import type { AnswerRoute } from './register-answer-route.ts'
import type { ServerContext } from './server-context.ts'
import { type WatchedCaller, watchCaller } from './watch-caller.ts'

interface Arrival {
  readonly claim: Claim
  readonly receivedMs: number
  readonly receivedAtMs: number
}

/** The door of validators: the headers are judged before the body is read, signature or seal before the body is parsed. */
export function createAskDoor(route: Pick<AnswerRoute, 'parseAsk' | 'parseOpen'>, context: ServerContext): Door {
  const arrivals = new WeakMap<object, Arrival>()
  return {
    enter(request) {
      const claim = context.gate.checkHeaders(request.headers, request.ip)
      arrivals.set(request, { claim, receivedMs: context.nowMs(), receivedAtMs: context.monotonicMs() })
    },
    async answer(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const caller = watchCaller(reply)
      const admitted = await context.gate.prove(arrival.claim, { method: request.method, path: request.url, body: bodyOf(request) })
      const ask = readAsk(admitted, route, context)
      if (admitted.requestId !== null && ask.assay.requestId !== admitted.requestId) throw new AssayError('MINER_REQUEST_ID')
      const { receivedMs, receivedAtMs } = arrival
      const arrived: Arrived = { ask, caller: admitted.caller, receivedMs, receivedAtMs, signal: caller.signal }
      if (ask.stream === true) return await streamAnswer(arrived, { reply, sealer: admitted.reply, caller, context })
      const answer = await context.answer(arrived)
      if (admitted.reply === null) return answer
      return reply.type(sealedType).send(admitted.reply.whole(Buffer.from(JSON.stringify(answer))))
    },
  }
}

/** The request in the body. Callers by Epistula may know OpenAI's protocol alone: theirs is filled in. */
function readAsk(
  { scheme, body }: Admitted,
  { parseAsk, parseOpen }: Pick<AnswerRoute, 'parseAsk' | 'parseOpen'>,
  context: ServerContext,
): Ask {
  const value = readJson(body)
  if (scheme !== 'epistula-2' || (typeof value === 'object' && value !== null && 'assay' in value)) return parseAsk(value)
  const request = parseOpen(value)
  const { netuid } = context.health()
  const card = context.models().find(({ id }) => id === request.model)
  // An unknown model is refused where all others are.
  const manifestDigest = card?.manifestDigest ?? ''
  return fillAsk(request, { requestId: randomBytes(16).toString('hex'), netuid, manifestDigest })
}

interface StreamParts {
  readonly reply: FastifyReply
  readonly sealer: ReplySealer | null
  readonly caller: WatchedCaller
  readonly context: ServerContext
}

/** Sends an answer as it is made: its tokens, how it ended, the usage, the receipt. */
async function streamAnswer(arrived: Arrived, { reply, sealer, caller, context }: StreamParts): Promise<FastifyReply> {
  const { ask } = arrived
  const sse = openSse(reply, sealer, caller.drop)
  const chat = 'messages' in ask
  const chunks = createChunkBuilder({
    kind: chat ? 'chat' : 'completion',
    id: `${chat ? 'chatcmpl' : 'cmpl'}-${ask.assay.requestId}`,
    created: Math.floor(context.nowMs() / 1_000),
    model: ask.model,
  })
  let answer: AnswerBody
  try {
    answer = await context.answer(arrived, ({ text, assay, logprobs }) =>
      sse.send(chunks.text(0, text, { assay, ...(logprobs && { logprobs }) })),
    )
  } catch (error) {
    if (!sse.started()) throw error
    const { status, body } = describeError(error, 0)
    context.onRefusal(body.error.code, status, error)
    sse.fail(body)
    return reply
  }
  sse.send(chunks.end(0, answer.choices[0]?.finish_reason ?? 'stop'))
  sse.send(chunks.usage(answer.usage))
  sse.send(chunks.receipt(answer.assay))
  sse.finish()
  return reply
}
