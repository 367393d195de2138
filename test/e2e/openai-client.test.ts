import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'

const model = 'assay-tiny'
const messages = [{ role: 'user' as const, content: 'Tell a long story about a clever fox.' }]

describe("OpenAI's own client, unchanged, at a miner that runs a model", () => {
  let miner: OpenMiner
  let client: OpenAI
  beforeAll(async () => {
    miner = await startOpenMiner({
      flags: { concurrency: 2, tokenRate: 0 },
      modules: { openEngine: async (_, context, log) => ({ engine: await createOnnxEngine({ model: context.model, log }) }) },
    })
    client = new OpenAI({ baseURL: `${miner.running.url}/v1`, apiKey: miner.apiKey, maxRetries: 0 })
  })
  afterAll(() => miner.stop())

  it('gets a chat whole', async () => {
    const answer = await client.chat.completions.create({ model, messages, max_tokens: 24, temperature: 0 })
    expect(answer).toMatchObject({ object: 'chat.completion', model, choices: [{ index: 0, message: { role: 'assistant' } }] })
    expect(answer.choices[0]?.message.content).toMatch(/\w/)
    const { prompt_tokens: prompt = 0, completion_tokens: completion = 0, total_tokens: total = 0 } = answer.usage ?? {}
    expect([prompt > 0, completion > 0, total]).toEqual([true, true, prompt + completion])
  })

  it('streams a chat token by token, and the pieces are the whole answer', async () => {
    const request = { model, messages, max_tokens: 40, temperature: 1, seed: 7 } as const
    const whole = await client.chat.completions.create(request)
    const stream = await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    const pieces = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ''))
    expect(pieces.join('')).toBe(whole.choices[0]?.message.content)
    expect(pieces.filter(piece => piece !== '').length).toBeGreaterThan(5)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual([whole.choices[0]?.finish_reason])
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
  })

  it('gives several answers to one question, equal by seed and different from each other', async () => {
    const ask = () => client.chat.completions.create({ model, messages, max_tokens: 12, temperature: 1.5, n: 3, seed: 1 })
    const [first, second] = [await ask(), await ask()]
    const texts = first.choices.map(({ message }) => message.content)
    expect(first.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(new Set(texts).size).toBe(3)
    expect(second.choices.map(({ message }) => message.content)).toEqual(texts)
  })

  it('ends at a stop string, which the answer does not show', async () => {
    const ask = { model, messages, max_tokens: 40, temperature: 0 } as const
    const whole = (await client.chat.completions.create(ask)).choices[0]?.message.content ?? ''
    const stop = whole.slice(4, 8)
    const cut = await client.chat.completions.create({ ...ask, stop: [stop, 'never seen'] })
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: whole.slice(0, whole.indexOf(stop)) } })
    const stream = await client.chat.completions.create({ ...ask, stop, stream: true })
    let streamed = ''
    for await (const { choices } of stream) streamed += choices[0]?.delta.content ?? ''
    expect(streamed).toBe(whole.slice(0, whole.indexOf(stop)))
  })

  it('continues plain prompts, with log-probabilities that are those of the model', async () => {
    const answer = await client.completions.create({ model, prompt: ['The fox', 'The crow'], max_tokens: 6, temperature: 0, logprobs: 3 })
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1])
    for (const { text, logprobs } of answer.choices) {
      expect(logprobs?.tokens?.join('')).toBe(text)
      for (const [place, token] of (logprobs?.tokens ?? []).entries()) {
        const top: Record<string, number> = logprobs?.top_logprobs?.[place] ?? {}
        // Greedy: the chosen token is the likeliest, and its own log-probability says so.
        expect(Math.max(...Object.values(top))).toBe(top[token])
        expect(logprobs?.token_logprobs?.[place]).toBeCloseTo(top[token] ?? Number.NaN, 5)
      }
    }
  })

  it('tells the log-probabilities of a chat, whole and streamed', async () => {
    const ask = { model, messages, max_tokens: 6, temperature: 0, logprobs: true, top_logprobs: 2 } as const
    const content = (await client.chat.completions.create(ask)).choices[0]?.logprobs?.content ?? []
    expect(content.length).toBeGreaterThan(3)
    for (const { token, logprob, top_logprobs: top } of content) {
      expect([top.length, top[0]?.token]).toEqual([2, token])
      expect(logprob).toBeCloseTo(top[0]?.logprob ?? Number.NaN, 5)
    }
    const streamed = []
    for await (const { choices } of await client.chat.completions.create({ ...ask, stream: true }))
      streamed.push(...(choices[0]?.logprobs?.content ?? []))
    expect(streamed).toEqual(content)
  })

  it('gets embeddings of length 1, near for near texts', async () => {
    const { data, usage } = await client.embeddings.create({ model, input: ['the red fox', 'the red fox ran', '17 plus 25 is'] })
    const [fox = [], ran = [], sum = []] = data.map(({ embedding }) => embedding)
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, index) => total + value * (b[index] ?? 0), 0)
    expect(dot(fox, fox)).toBeCloseTo(1, 4)
    expect(dot(fox, ran)).toBeGreaterThan(dot(fox, sum))
    expect(usage.prompt_tokens).toBeGreaterThan(3)
  })

  it('lists the models', async () => {
    const { data } = await client.models.list()
    expect(data).toMatchObject([{ id: model, object: 'model', manifestDigest: miner.model.manifestDigest }])
    expect(await client.models.retrieve(model)).toMatchObject({ id: model })
    await expect(client.models.retrieve('gpt-5')).rejects.toThrow(NotFoundError)
  })

  it('meets errors of the kinds that it knows', async () => {
    const stranger = new OpenAI({ baseURL: `${miner.running.url}/v1`, apiKey: 'sk-wrong', maxRetries: 0 })
    const refusal = async (promise: Promise<unknown>) => {
      const error = await promise.catch((thrown: unknown) => thrown)
      if (!(error instanceof APIError)) throw error
      return error
    }
    expect(await refusal(stranger.chat.completions.create({ model, messages }))).toBeInstanceOf(AuthenticationError)
    const wrong = await refusal(client.chat.completions.create({ model: 'gpt-5', messages }))
    expect(wrong).toBeInstanceOf(NotFoundError)
    expect(wrong).toMatchObject({ status: 404, code: 'MINER_MODEL', type: 'invalid_request_error' })
    const bad = await refusal(client.chat.completions.create({ model, messages, temperature: 5 }))
    expect(bad).toBeInstanceOf(BadRequestError)
    expect(bad).toMatchObject({ status: 400, param: 'temperature', code: 'PROTO_PARAMETER' })
    const tools = [{ type: 'function' as const, function: { name: 'f' } }]
    expect(await refusal(client.chat.completions.create({ model, messages, tools }))).toMatchObject({ status: 400, param: 'tools' })
  })

  it('frees the place of an answer that it breaks off in the middle', async () => {
    const long = { model, messages, max_tokens: 400, temperature: 0 }
    const streams = await Promise.all([1, 2].map(() => client.chat.completions.create({ ...long, stream: true })))
    for (const stream of streams) {
      for await (const _ of stream) break
      stream.controller.abort()
    }
    const next = await Promise.all([1, 2].map(() => client.chat.completions.create({ model, messages, max_tokens: 4 })))
    expect(next).toHaveLength(2)
  })
})
