import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realModules } from '../../miner/real-modules.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf, tinyModelFolder } from '../support/test-miner.ts'
import { startVllmStandIn, type VllmStandIn } from '../support/vllm-stand-in.ts'

const model = 'assay-tiny'
const messages = [{ role: 'user' as const, content: 'Tell a long story about a clever fox.' }]
const never = new AbortController().signal

describe("OpenAI's own client at a miner whose models run on upstream servers", () => {
  let engine: Engine
  let servers: VllmStandIn[]
  let miner: OpenMiner
  let client: OpenAI
  let folder: string
  beforeAll(async () => {
    const loaded = await loadModel(tinyModelFolder)
    engine = await createOnnxEngine({ model: loaded })
    servers = await Promise.all([1, 2].map(() => startVllmStandIn(loaded, engine, 'served-model')))
    folder = await mkdtemp(join(tmpdir(), 'assay-upstream-'))
    const upstreamKeyFile = join(folder, 'key')
    await writeFile(upstreamKeyFile, 'key-of-the-servers\n', { mode: 0o600 })
    miner = await startOpenMiner({
      flags: {
        ...{ engine: 'upstream', upstreamUrls: servers.map(({ url }) => url).join(','), upstreamModel: 'served-model', upstreamKeyFile },
        ...{ concurrency: 2, tokenRate: 0 },
      },
      modules: { openEngine: realModules.openEngine },
    })
    client = new OpenAI({ baseURL: `${miner.running.url}/v1`, apiKey: miner.apiKey, maxRetries: 0 })
  })
  afterAll(async () => {
    await miner.stop()
    for (const server of servers) await server.close()
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('streams a chat token by token, the same that the servers’ own model gives', async () => {
    const promptIds = miner.model.promptIdsOf({ messages })
    const own = await engine.generate(
      { promptIds, sampling: { temperature: 0, topK: 0, maxTokens: 32 }, noiseKey: new Uint8Array(32) },
      never,
    )
    const stream = await client.chat.completions.create({
      ...{ model, messages, max_tokens: 32, temperature: 0, stream: true, stream_options: { include_usage: true } },
    } as const)
    const pieces: string[] = []
    let tokens = 0
    for await (const { choices, usage } of stream) {
      pieces.push(choices[0]?.delta.content ?? '')
      tokens = usage?.completion_tokens ?? tokens
    }
    expect(pieces.filter(piece => piece !== '').length).toBeGreaterThan(5)
    expect(pieces.join('')).toBe(miner.model.tokenizer.decode([...own.tokenIds].filter(id => !miner.model.eosIds.has(id))))
    expect(tokens).toBe(own.tokenIds.length)
  })

  it('asks the servers with their own key, and never with the caller’s', async () => {
    await client.chat.completions.create({ model, messages, max_tokens: 2 })
    const keys = new Set(servers.flatMap(server => server.keys))
    expect(keys).toEqual(new Set(['Bearer key-of-the-servers']))
  })

  it('answers above temperature 0 to a caller with a key, who needs no receipt', async () => {
    const answer = await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 1 })
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0)
  })

  it('signs greedy answers for validators, and refuses what nobody could verify before anything is charged', async () => {
    const { validator, miner: own } = miner.cast
    const ask = (temperature: number) => signedRequest(validator, own.hotkey, chatAsk(miner.model.manifestDigest, { temperature }))
    const refused = await miner.send(ask(1))
    expect([refused.status, codeOf(refused)]).toEqual([400, 'MINER_GREEDY_ONLY'])
    expect((await miner.send(ask(0))).json).toMatchObject({ assay: { receipt: { sampling: { temperature: 0 } } } })
  })

  it('serves nothing of the servers but what it asks them for itself', async () => {
    const seen = new Set(servers.flatMap(server => server.paths))
    for (const path of ['/pause', '/v1/pause', '/update_weights', '/invocations', '/v1/..%2fpause'])
      expect((await miner.get(path)).status).toBe(404)
    expect(new Set(servers.flatMap(server => server.paths))).toEqual(seen)
  })
})
