import type { FastifyInstance } from 'fastify'
import { parseInferJson, tensorJson } from '../../../shared/protocol/infer.ts'
import { packTensors, tensorsType, unpackTensors } from '../../../shared/protocol/pack-tensors.ts'
import { bodyOf } from '../door.ts'
import { readJson } from '../read-json.ts'
import { registerKeyRoute } from '../register-key-route.ts'
import type { ServerContext } from '../server-context.ts'

/** Tensors are larger than prompts. */
const bodyBytes = 16_777_216

/** POST /v1/infer: named tensors through a graph of any kind, as JSON or in the binary form; the answer comes as the request did. */
export function registerInfer(server: FastifyInstance, context: ServerContext): void {
  registerKeyRoute(server, context, {
    path: '/v1/infer',
    bodyLimit: bodyBytes,
    async answer(request, arrival, reply) {
      const packed = request.headers['content-type'] === tensorsType
      const asked = packed ? unpackTensors(bodyOf(request)) : parseInferJson(readJson(bodyOf(request)))
      const outputs = await context.infer(asked, arrival)
      if (packed) return reply.type(tensorsType).send(packTensors(asked.model, outputs))
      return { model: asked.model, outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, tensorJson(value)])) }
    },
  })
}
