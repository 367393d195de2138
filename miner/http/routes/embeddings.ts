import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { parseEmbeddingRequest } from '../../../shared/protocol/embedding-request.ts'
import type { KeyCaller } from '../../keys/create-key-ring.ts'
import { bodyOf } from '../door.ts'
import { findKey } from '../key-door.ts'
import { readJson } from '../read-json.ts'
import type { ServerContext } from '../server-context.ts'
import { watchCaller } from '../watch-caller.ts'

/** POST /v1/embeddings: one vector for each text, for callers with an API key. */
export function registerEmbeddings(server: FastifyInstance, context: ServerContext): void {
  const arrivals = new WeakMap<object, { readonly key: KeyCaller; readonly receivedAtMs: number }>()
  server.post('/v1/embeddings', {
    async onRequest(request) {
      arrivals.set(request, { key: findKey(context, request.headers.authorization), receivedAtMs: context.monotonicMs() })
    },
    async handler(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const { signal } = watchCaller(reply)
      const leave = arrival.key.enter()
      try {
        const asked = parseEmbeddingRequest(readJson(bodyOf(request)))
        const { vectors, promptTokens } = await context.embed(asked, { ...arrival, signal })
        const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens }
        const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector, asked.encoding) }))
        return { object: 'list', model: asked.model, data, usage }
      } finally {
        leave()
      }
    },
  })
}

function encode(vector: Float32Array, encoding: 'float' | 'base64'): number[] | string {
  if (encoding === 'float') return [...vector]
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
