import type { FastifyInstance } from 'fastify'
import { parseEmbeddingRequest } from '../../../shared/protocol/embedding-request.ts'
import { bodyOf } from '../door.ts'
import { readJson } from '../read-json.ts'
import { registerKeyRoute } from '../register-key-route.ts'
import type { ServerContext } from '../server-context.ts'

/** POST /v1/embeddings: one vector for each text, for callers with an API key. */
export function registerEmbeddings(server: FastifyInstance, context: ServerContext): void {
  registerKeyRoute(server, context, {
    path: '/v1/embeddings',
    async answer(request, arrival) {
      const asked = parseEmbeddingRequest(readJson(bodyOf(request)))
      const { vectors, promptTokens } = await context.embed(asked, arrival)
      const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens }
      const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector, asked.encoding) }))
      return { object: 'list', model: asked.model, data, usage }
    },
  })
}

function encode(vector: Float32Array, encoding: 'float' | 'base64'): number[] | string {
  if (encoding === 'float') return [...vector]
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
