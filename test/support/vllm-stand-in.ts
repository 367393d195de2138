import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Engine } from '../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'

/** What a stand-in does wrong with its next completions. */
export type Fault =
  | 'none'
  | 'error-500'
  | 'hang'
  | 'garbled'
  | 'cut-after-4'
  | 'cut-before-first'
  | 'no-token-ids'
  | 'refuse-400'
  | 'error-in-stream'
  | 'past-the-end'
  | 'other-vocabulary'
  | 'llama-server'

export interface VllmStandIn {
  readonly url: string
  /** Every path that was asked for, in order. */
  readonly paths: string[]
  readonly bodies: Record<string, unknown>[]
  readonly keys: (string | undefined)[]
  fault: Fault
  /** Completions that stream now. */
  open(): number
  close(): Promise<void>
}

/**
 * The HTTP interface of vLLM as far as an upstream engine needs it, over a real engine: streamed completions with token ids,
 * `token_id:N` names and log-probabilities, prompt log-probabilities, models; and admin routes that nobody may reach.
 */
export async function startVllmStandIn(model: LoadedModel, engine: Engine, name = 'served-model'): Promise<VllmStandIn> {
  const standIn = {
    paths: [] as string[],
    bodies: [] as Record<string, unknown>[],
    keys: [] as (string | undefined)[],
    fault: 'none' as Fault,
  }
  let open = 0
  const complete = async (request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const piece of request) text += String(piece)
    const body = JSON.parse(text) as Record<string, unknown>
    standIn.bodies.push(body)
    const prompt = body.prompt as number[]
    if (standIn.fault === 'error-500') return response.writeHead(500).end('out of memory')
    if (standIn.fault === 'refuse-400') return response.writeHead(400).end('{"error":"no"}')
    if (standIn.fault === 'hang') return
    if (body.prompt_logprobs !== undefined) return await score(prompt, response)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (standIn.fault === 'cut-before-first') return response.destroy()
    if (standIn.fault === 'error-in-stream')
      return response.end('data: {"error": {"message": "EngineCore died", "type": "InternalServerError", "code": 500}}\n\ndata: [DONE]\n\n')
    if (standIn.fault === 'garbled') return response.end('data: {"choices": [{"text\n\n')
    open += 1
    let given = 0
    const chunk = (choice: object) =>
      response.write(`data: ${JSON.stringify({ object: 'text_completion', model: name, choices: [{ index: 0, ...choice }] })}\n\n`)
    const sampling = { temperature: Number(body.temperature), topK: 0, maxTokens: Number(body.max_tokens) }
    try {
      const generation = await engine.generate(
        { promptIds: prompt, sampling, noiseKey: new Uint8Array(32), topLogProbs: Number(body.logprobs) },
        gone.signal,
        tokens => {
          for (const { tokenId, logProb, top } of tokens) {
            given += 1
            if (standIn.fault === 'cut-after-4' && given > 4) {
              // What was written arrives; the rest never comes.
              response.socket?.end()
              return
            }
            if (standIn.fault === 'llama-server') {
              const told = { id: tokenId, token: '', bytes: [], logprob: logProb }
              const likeliest = (top ?? []).map(([id, value]) => ({ id, token: '', bytes: [], logprob: value }))
              chunk({
                text: model.tokenizer.decode([tokenId]),
                logprobs: { content: [{ ...told, top_logprobs: likeliest }] },
                finish_reason: null,
              })
              continue
            }
            chunk({
              text: model.tokenizer.decode([tokenId]),
              ...(standIn.fault !== 'no-token-ids' && {
                token_ids: [standIn.fault === 'other-vocabulary' ? model.vocabSize + tokenId : tokenId],
              }),
              logprobs: {
                tokens: [standIn.fault === 'no-token-ids' ? 'a' : `token_id:${tokenId}`],
                token_logprobs: [logProb],
                top_logprobs: [Object.fromEntries((top ?? []).map(([id, value]) => [`token_id:${id}`, value]))],
              },
              finish_reason: null,
            })
          }
        },
      )
      if (standIn.fault === 'past-the-end')
        chunk({
          text: 'more',
          token_ids: [5],
          logprobs: { tokens: ['token_id:5'], token_logprobs: [-1], top_logprobs: [{ 'token_id:5': -1 }] },
        })
      chunk({ text: '', token_ids: [], logprobs: null, finish_reason: generation.finishReason })
      response.end('data: [DONE]\n\n')
    } catch {
      response.destroy()
    } finally {
      open -= 1
    }
  }
  const score = async (ids: number[], response: ServerResponse) => {
    const rows = await engine.topLogits?.({ tokenIds: ids, from: 1, count: model.vocabSize }, new AbortController().signal)
    const entries = (rows ?? []).map((row, index) => {
      const max = row[0]?.[1] ?? 0
      const sum = Math.log(row.reduce((total, [, logit]) => total + Math.exp(logit - max), 0)) + max
      const own = row.find(([id]) => id === ids[index + 1])
      return Object.fromEntries(
        [row[0], own].flatMap(entry => (entry === undefined ? [] : [[entry[0], { logprob: entry[1] - sum, rank: 1, decoded_token: '' }]])),
      )
    })
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ choices: [{ index: 0, text: '', prompt_logprobs: [null, ...entries] }] }))
  }
  const server = createServer((request, response) => {
    standIn.paths.push(request.url ?? '')
    standIn.keys.push(request.headers.authorization)
    if (request.url === '/v1/models')
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'list', data: [{ id: name, object: 'model' }] }))
    else if (request.url === '/v1/completions') void complete(request, response)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => open,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
