import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { openStream } from '../support/read-stream.ts'
import { codeOf, tinyModelFolder } from '../support/test-miner.ts'
import { isRunning, workerProcessesOf } from '../support/worker-processes.ts'

// With this seed the answer has 259 tokens: the worker dies in the middle of it.
const chat = {
  model: 'assay-tiny',
  messages: [{ role: 'user', content: 'Copy: red blue green' }],
  max_tokens: 450,
  temperature: 2,
  seed: 19,
}

// The worker is found by /proc.
describe.runIf(process.platform === 'linux')('F27: an engine that dies under a miner', () => {
  let miner: OpenMiner | undefined
  let clockMs = 0
  afterEach(() => miner?.stop())
  const start = async () => {
    miner = await startOpenMiner({
      flags: { tokenRate: 0 },
      modules: {
        openEngine: async (_, { model }) => ({ engine: await createOnnxEngine({ model }) }),
        monotonicMs: () => performance.now() + clockMs,
      },
    })
    return miner
  }
  /** Kills the worker in the middle of a stream; what the stream said last. */
  const killInStream = async (open: OpenMiner) => {
    const body = new TextEncoder().encode(JSON.stringify({ ...chat, stream: true }))
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${open.apiKey}` }
    const stream = await openStream(open.running.url, { method: 'POST', path: '/v1/chat/completions', headers, body })
    await stream.next()
    for (const pid of workerProcessesOf(process.pid)) process.kill(pid, 'SIGKILL')
    return (await stream.rest()).at(-1) ?? ''
  }

  it('dies alone: its streams end with the reason, the next requests get 503 with Retry-After, and after the pause a new one answers', async () => {
    const open = await start()
    expect(JSON.parse(await killInStream(open))).toMatchObject({ error: { code: 'ENGINE_CRASHED' } })
    const refused = await open.call('/v1/chat/completions', chat)
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([503, 'ENGINE_CRASHED', '1'])
    clockMs += 500
    expect((await open.call('/v1/chat/completions', { ...chat, max_tokens: 3 })).status).toBe(200)
    expect(workerProcessesOf(process.pid).length).toBe(1)
  })

  it('does not outlive a program that is killed, and takes no secret of it along', async () => {
    const script = `
      import { createOnnxEngine } from ${JSON.stringify(new URL('../../shared/engine/onnx/create-onnx-engine.ts', import.meta.url).href)}
      import { loadModel } from ${JSON.stringify(new URL('../../shared/models/load-model.ts', import.meta.url).href)}
      await createOnnxEngine({ model: await loadModel(${JSON.stringify(tinyModelFolder)}) })
      console.log('open')
      setInterval(() => {}, 1000)`
    const program = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, ASSAY_CANARY: 'canary-of-f27' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(createInterface({ input: program.stdout }), 'line')
    const workers = workerProcessesOf(program.pid ?? 0)
    expect(workers.length).toBe(1)
    for (const pid of workers) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary-of-f27')
    program.kill('SIGKILL')
    await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), { interval: 10, timeout: 10_000 })
  })
})
