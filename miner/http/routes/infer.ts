import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { parseInferJson, tensorJson } from '../../../shared/protocol/infer.ts'
import { packTensors, tensorsType, unpackTensors } from '../../../shared/protocol/pack-tensors.ts'
import type { KeyCaller } from '../../keys/create-key-ring.ts'
import { bodyOf } from '../door.ts'
import { findKey } from '../key-door.ts'
import { readJson } from '../read-json.ts'
import type { ServerContext } from '../server-context.ts'
import { watchCaller } from '../watch-caller.ts'

/** Tensors are larger than prompts. */
const bodyBytes = 16_777_216

/** POST /v1/infer: named tensors through a graph of any kind, as JSON or in the binary form; the answer comes as the request did. */
export function registerInfer(server: FastifyInstance, context: ServerContext): void {
  const arrivals = new WeakMap<object, { readonly key: KeyCaller; readonly receivedAtMs: number }>()
  server.post('/v1/infer', {
    bodyLimit: bodyBytes,
    async onRequest(request) {
      arrivals.set(request, { key: findKey(context, request.headers.authorization), receivedAtMs: context.monotonicMs() })
    },
    async handler(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const { signal } = watchCaller(reply)
      const leave = arrival.key.enter()
      try {
        const packed = request.headers['content-type'] === tensorsType
        const asked = packed ? unpackTensors(bodyOf(request)) : parseInferJson(readJson(bodyOf(request)))
        const outputs = await context.infer(asked, { ...arrival, signal })
        if (packed) return await reply.type(tensorsType).send(packTensors(asked.model, outputs))
        return {
          model: asked.model,
          outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, tensorJson(value)])),
        }
      } finally {
        leave()
      }
    },
  })
}
