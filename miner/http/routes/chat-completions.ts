import type { FastifyInstance } from 'fastify'
import { parseChatAsk } from '../../../shared/protocol/ask.ts'
import { parseOpenChat } from '../../../shared/protocol/open-request.ts'
import { registerAnswerRoute } from '../register-answer-route.ts'
import type { ServerContext } from '../server-context.ts'

/** POST /v1/chat/completions: continues a chat. */
export function registerChatCompletions(server: FastifyInstance, context: ServerContext): void {
  registerAnswerRoute(server, { path: '/v1/chat/completions', kind: 'chat', parseAsk: parseChatAsk, parseOpen: parseOpenChat }, context)
}
