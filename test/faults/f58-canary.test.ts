import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { openStream } from '../support/read-stream.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { type MinerProcess, startMinerProcess } from '../support/start-miner-process.ts'
import { type Reply, sendRaw } from '../support/test-miner.ts'

const canary = 'xyzzy-canary-7316'

describe('F58: prompts, answers and keys', () => {
  let miner: MinerProcess
  const replies: string[] = []
  beforeAll(async () => {
    await waitForCrypto()
    miner = await startMinerProcess({ poison: canary, flags: { logLevel: 'trace' } })
  })
  afterAll(async () => {
    miner.child.kill('SIGKILL')
    await miner.exited
  })
  const note = (reply: Reply) => {
    replies.push(`${JSON.stringify(reply.headers)} ${reply.status === 200 ? '' : reply.text}`)
    return reply
  }
  const call = async (body: unknown, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
    note(
      await sendRaw(miner.url, {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${miner.apiKey}`, ...headers },
        body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      }),
    )
  const messages = [{ role: 'user', content: `the secret is ${canary}` }]
  const chat = { model: 'assay-tiny', messages, max_tokens: 16, user: canary, metadata: { note: canary } }
  const sign = (changes: object) =>
    signedRequest(pairFromUri('//Alice'), miner.hotkey, { ...chatAsk(miner.manifestDigest), messages, ...changes })

  it('are in no log, no error body, no figure and no file, whatever goes right or wrong', async () => {
    expect((await call(chat)).status).toBe(200)
    expect((await note(await sendRaw(miner.url, sign({})))).status).toBe(200)
    const stream = await openStream(miner.url, sign({ stream: true }))
    expect((await stream.rest()).at(-1)).toBe('[DONE]')
    // Bad in every way that a parser, the tokenizer, the gate, the queue or the engine can find.
    await call(`{"messages": "${canary}`)
    await call({ ...chat, temperature: 9 })
    await call({ ...chat, model: canary })
    await call({ ...chat, messages: [{ role: canary, content: canary }] })
    await call({ ...chat, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: canary } }] }] })
    await call({ ...chat, [canary]: 1, stop: [canary, canary, canary, canary, canary] })
    await call({ ...chat, max_tokens: 5_000 })
    await call({ ...chat, messages: [{ role: 'user', content: canary.repeat(5_000) }] })
    await call({ model: 'assay-tiny', prompt: [999_999_999], user: canary }, {}, '/v1/completions')
    await call({ model: 'assay-tiny', input: canary }, {}, '/v1/embeddings')
    await call(chat, { authorization: `Bearer ${canary}` })
    await call(chat, {}, `/v1/chat/completions?api_key=${canary}`)
    await call(chat, {}, `/${canary}`)
    await call(chat, { 'content-type': `text/${canary}` })
    note(await sendRaw(miner.url, sign({ netuid: canary })))
    note(await sendRaw(miner.url, sign({ [canary]: 1 })))
    note(await sendRaw(miner.url, sign({ max_tokens: 5_000 })))
    note(await sendRaw(miner.url, withHeaders(sign({}), { 'assay-signature': `0x${'1'.repeat(128)}` })))
    // The engine throws an error that quotes the prompt, as engines do.
    expect((await call({ ...chat, temperature: 0 })).status).toBe(500)
    expect((await call({ ...chat, temperature: 0, stream: true })).status).toBe(500)
    const metrics = await sendRaw(miner.url, { method: 'GET', path: '/metrics', headers: {}, body: new Uint8Array() })
    replies.push(metrics.text)

    // What is named by its caller comes back to that caller alone, in the one place where it says what was wrong.
    const named = replies.filter(text => text.includes(canary))
    expect(named.filter(text => !/"(param|code)"/.test(text) || /the secret/.test(text))).toEqual([])
    expect(replies.filter(text => text.includes(miner.apiKey))).toEqual([])

    const log = miner.log()
    expect(log).toMatch(/a request failed/)
    expect(log).toMatch(/"level":20/)
    const files = await readAll(miner.folder)
    expect(files.length).toBeGreaterThan(0)
    for (const text of [log, ...files]) {
      expect(text).not.toContain(canary)
      expect(text).not.toContain(miner.apiKey)
    }
  })
})

async function readAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return await Promise.all(entries.filter(entry => entry.isFile()).map(entry => readFile(join(entry.parentPath, entry.name), 'latin1')))
}
