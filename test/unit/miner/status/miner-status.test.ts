import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keyCallers } from '../../../../miner/complete-open.ts'
import { registerStatusCommand } from '../../../../miner/status/command.ts'
import { parseMinerStatus } from '../../../../miner/status/miner-status.ts'
import { readStatus } from '../../../../miner/status/read-status.ts'
import { renderStatus } from '../../../../miner/status/render-status.ts'
import { type OpenMiner, startOpenMiner } from '../../../support/open-miner.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { castNeurons, codeOf } from '../../../support/test-miner.ts'

/** Runs the command in this process; a process of its own takes seconds to start. */
async function run(args: readonly string[]): Promise<string> {
  let out = ''
  const program = new Command('assay').configureOutput({
    writeOut: text => {
      out += text
    },
  })
  registerStatusCommand(program)
  await program.parseAsync(['status', ...args], { from: 'user' })
  return out
}

describe("the miner's own view", () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner({
      neurons: cast =>
        castNeurons(cast).map(known => (known.uid === 2 ? { ...known, incentive: 20_000, emissionRao: 1_234_567_890n } : known)),
    })
    const { validator, miner: self } = miner.cast
    for (let count = 0; count < 3; count++)
      expect((await miner.send(signedRequest(validator, self.hotkey, chatAsk(miner.model.manifestDigest)))).status).toBe(200)
    expect((await miner.call('/v1/completions', { model: 'assay-tiny', prompt: [1, 332, 317], max_tokens: 4 })).status).toBe(200)
    expect((await miner.call('/v1/completions', { model: 'nobody', prompt: [1], max_tokens: 4 })).status).toBe(404)
  })
  afterAll(() => miner.stop())
  const status = async () => parseMinerStatus((await miner.get('/status')).json)

  it('tells what was done, for whom, how fast and what was refused', async () => {
    const found = await status()
    expect(found).toMatchObject({ hotkey: miner.cast.miner.hotkey, netuid: 2, registered: true, block: 7 })
    expect(found.models).toEqual([
      { name: 'assay-tiny', manifestDigest: miner.model.manifestDigest, provider: 'toy', loaded: true, running: 0 },
    ])
    expect(found.tokens.completion).toBe(3 * 9 + 4)
    expect(found.refusals).toEqual({ MINER_MODEL: 1 })
    const [first, second, ...rest] = found.callers
    expect(first).toMatchObject({ caller: miner.cast.validator.hotkey, uid: 0, share: 0.6, answers: 3, completionTokens: 27 })
    expect(second).toMatchObject({ caller: keyCallers, uid: null, share: null, answers: 1, promptTokens: 3, completionTokens: 4 })
    expect((first?.used ?? 0) + (second?.used ?? 0)).toBeCloseTo(1)
    expect(rest).toMatchObject([{ caller: miner.cast.lesser.hotkey, uid: 1, share: 0.4, used: 0, answers: 0 }])
    expect(found.times.firstToken).toMatchObject({ count: 4 })
    expect(found.times.whole).toMatchObject({ count: 4 })
    expect(found.times.whole?.p99Ms).toBeGreaterThanOrEqual(found.times.firstToken?.p50Ms ?? Number.POSITIVE_INFINITY)
    expect(found.queue).toEqual({ running: 0, places: 16, waiting: 0, limit: 64 })
  })

  it('tells what the chain gave in the last epoch', async () => {
    expect((await status()).earnings).toEqual({ uid: 2, incentive: 20_000, emissionRao: '1234567890', tempo: 10, place: 2, earning: 2 })
  })

  it('shows answers in the engine as the batch, and as busy time once they are over', async () => {
    const open = miner.engine.hold(1)
    const asked = miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest)))
    await vi.waitFor(async () => expect(await status()).toMatchObject({ batch: { now: 1 }, queue: { running: 1 } }), { interval: 5 })
    expect(await miner.figure('assay_miner_batch_size')).toBe(1)
    expect(await miner.figure('assay_miner_requests_running')).toBe(1)
    open()
    expect((await asked).status).toBe(200)
    expect(await status()).toMatchObject({ batch: { now: 0 }, queue: { running: 0 } })
    expect((await status()).utilisation.sinceStart).toBeGreaterThan(0)
  })

  it('is for programs on this machine, and for keys', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    for (const path of ['/status', '/status/tables', '/']) {
      const strange = await miner.send({ method: 'GET', path, headers, body: new Uint8Array() })
      expect([strange.status, codeOf(strange)]).toEqual([403, 'MINER_STATUS_LOCAL'])
      const keyed = { ...headers, authorization: `Bearer ${miner.apiKey}` }
      expect((await miner.send({ method: 'GET', path, headers: keyed, body: new Uint8Array() })).status).toBe(200)
    }
  })

  it('counts callers that named no key or a wrong one, and tells the first both ways in', async () => {
    const ask = { model: 'assay-tiny', messages: [{ role: 'user', content: 'hi' }] }
    const anonymous = { method: 'POST', path: '/v1/chat/completions', headers: { 'content-type': 'application/json' } }
    const reply = await miner.send({ ...anonymous, body: Buffer.from(JSON.stringify(ask)) })
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_NO_CALLER'])
    expect(reply.text).toMatch(/Authorization: Bearer KEY.*assay-scheme/)
    expect((await miner.call('/v1/chat/completions', ask, 'wrong')).status).toBe(401)
    expect((await miner.call('/v1/embeddings', ask, 'wrong')).status).toBe(401)
    expect((await status()).refusals).toMatchObject({ MINER_NO_CALLER: 1, MINER_KEY: 2 })
  })

  it('is printed by the command as text and as JSON', async () => {
    const text = await run(['--url', miner.running.url])
    expect(text).toMatch(/^Earnings +uid 2, incentive 20000 of 65535, place 2 of 2, 1.234567 alpha in the last epoch of 10 blocks$/m)
    expect(text).toMatch(/^Time to first token +p50 [\d.]+ ms, p99 [\d.]+ ms, last \d+ answers$/m)
    const keyFile = join(miner.folder, 'key.txt')
    await writeFile(keyFile, `${miner.apiKey}\n`, { mode: 0o600 })
    const json = await run(['--json', '--url', miner.running.url, '--api-key-file', keyFile])
    expect(parseMinerStatus(JSON.parse(json)).hotkey).toBe(miner.cast.miner.hotkey)
  })

  it('shows each second of tokens and batch as a bar', async () => {
    const found = await status()
    const drawn = renderStatus({ ...found, tokens: { ...found.tokens, series: [0, 1, 8] }, batch: { ...found.batch, series: [0, 16, 8] } })
    expect(drawn).toMatch(/^ +\| ▂█\|$/m)
    expect(drawn).toMatch(/^ +\| █▅\|$/m)
  })

  it('says what is wrong where no miner tells its status', async () => {
    await expect(readStatus('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'MINER_STATUS_ANSWER' })
    await expect(readStatus('file:///etc/passwd')).rejects.toMatchObject({ code: 'MINER_STATUS_ANSWER' })
    await expect(readStatus(miner.running.url, 'wrong')).rejects.toThrow('does not know that API key')
    const impostor = createServer((_request, response) => response.end('{"version":"assay/miner-status/1"}')).listen(0, '127.0.0.1')
    await vi.waitUntil(() => impostor.listening)
    const address = impostor.address()
    const port = typeof address === 'object' ? address?.port : 0
    await expect(readStatus(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'MINER_STATUS_SHAPE' })
    impostor.close()
  })
})
