import type { FastifyInstance } from 'fastify'
import { parseCompletionAsk } from '../../../shared/protocol/ask.ts'
import { parseOpenCompletion } from '../../../shared/protocol/open-request.ts'
import { registerAnswerRoute } from '../register-answer-route.ts'
import type { ServerContext } from '../server-context.ts'

/** POST /v1/completions: continues a plain prompt, given as text or as token ids. */
export function registerCompletions(server: FastifyInstance, context: ServerContext): void {
  const route = { path: '/v1/completions', kind: 'completion', parseAsk: parseCompletionAsk, parseOpen: parseOpenCompletion } as const
  registerAnswerRoute(server, route, context)
}
