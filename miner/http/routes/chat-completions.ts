import type { FastifyInstance } from 'fastify'
import { parseChatAsk } from '../../../shared/protocol/ask.ts'
import { registerAskRoute } from '../register-ask-route.ts'
import type { ServerContext } from '../server-context.ts'

/** POST /v1/chat/completions: continues a chat. */
export function registerChatCompletions(server: FastifyInstance, context: ServerContext): void {
  registerAskRoute(server, '/v1/chat/completions', parseChatAsk, context)
}
