import type { FastifyInstance } from 'fastify'
import { parseCompletionAsk } from '../../../shared/protocol/ask.ts'
import { registerAskRoute } from '../register-ask-route.ts'
import type { ServerContext } from '../server-context.ts'

/** POST /v1/completions: continues a plain prompt, given as text or as token ids. */
export function registerCompletions(server: FastifyInstance, context: ServerContext): void {
  registerAskRoute(server, '/v1/completions', parseCompletionAsk, context)
}
