import { afterEach, describe, expect, it, vi } from 'vitest'
import { openStream } from '../support/read-stream.ts'
import { type MinerProcess, startMinerProcess } from '../support/start-miner-process.ts'
import { codeOf, sendRaw } from '../support/test-miner.ts'

const chat = { model: 'assay-tiny', messages: [{ role: 'user', content: 'hi' }], max_tokens: 16 }

describe('F64: a miner that is told to stop while it answers', () => {
  const started: MinerProcess[] = []
  afterEach(async () => {
    for (const { child, exited } of started.splice(0)) {
      child.kill('SIGKILL')
      await exited
    }
  })
  const start = async (options: object) => {
    const miner = await startMinerProcess(options)
    started.push(miner)
    return miner
  }
  const requestTo = ({ apiKey }: MinerProcess, body: object) => ({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: new TextEncoder().encode(JSON.stringify(body)),
  })
  const healthOf = ({ url }: MinerProcess) => sendRaw(url, { method: 'GET', path: '/healthz', headers: {}, body: new Uint8Array() })
  const untilWaiting = (miner: MinerProcess) =>
    vi.waitFor(
      async () => {
        expect((await healthOf(miner)).json).toMatchObject({ waiting: 1 })
      },
      { interval: 20, timeout: 20_000 },
    )
  const untilStopping = (miner: MinerProcess) =>
    vi.waitFor(
      async () => {
        expect(codeOf(await healthOf(miner))).toBe('MINER_STOPPING')
        const refused = await sendRaw(miner.url, requestTo(miner, chat))
        expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([503, 'MINER_STOPPING', '1'])
      },
      { interval: 20, timeout: 20_000 },
    )

  it('finishes all its answers, refuses new ones with 503, and ends with 0', async () => {
    const miner = await start({ answerMs: 500, flags: { concurrency: 4 } })
    const streams = await Promise.all(Array.from({ length: 4 }, () => openStream(miner.url, requestTo(miner, { ...chat, stream: true }))))
    const waiting = sendRaw(miner.url, requestTo(miner, chat))
    await untilWaiting(miner)
    miner.child.kill('SIGTERM')
    await untilStopping(miner)
    miner.child.kill('SIGUSR2')
    for (const stream of streams) expect((await stream.rest()).at(-1)).toBe('[DONE]')
    expect((await waiting).status).toBe(200)
    expect(await miner.exited).toBe(0)
  })

  it('breaks off what is not done in time, says so, and ends with 0', async () => {
    const miner = await start({ answerMs: 60_000, flags: { concurrency: 1, drainSeconds: 1 } })
    const stream = await openStream(miner.url, requestTo(miner, { ...chat, stream: true }))
    const waiting = sendRaw(miner.url, requestTo(miner, chat))
    await untilWaiting(miner)
    miner.child.kill('SIGTERM')
    expect(JSON.parse((await stream.rest()).at(-1) ?? '')).toMatchObject({ error: { code: 'MINER_STOPPING' } })
    expect(codeOf(await waiting)).toBe('MINER_STOPPING')
    expect(await miner.exited).toBe(0)
  })

  it('ends at once when it is told twice', async () => {
    const miner = await start({ answerMs: 60_000, flags: { drainSeconds: 600 } })
    const stream = await openStream(miner.url, requestTo(miner, { ...chat, stream: true }))
    await stream.next()
    miner.child.kill('SIGTERM')
    await untilStopping(miner)
    miner.child.kill('SIGTERM')
    expect(await miner.exited).toBe(130)
    await stream.rest().catch(() => {})
  })
})
