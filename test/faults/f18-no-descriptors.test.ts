import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type MinerProcess, startMinerProcess } from '../support/start-miner-process.ts'
import { sendRaw } from '../support/test-miner.ts'

/** Files that it may open beyond those that it needs to serve at all. */
const spare = 20

// Only Linux can lower the limit of a process that runs; one that starts with so little cannot even load its modules.
describe.skipIf(process.platform !== 'linux')('F18: a miner that may open no more files', () => {
  let miner: MinerProcess
  const sockets: Socket[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  beforeAll(async () => {
    miner = await startMinerProcess({})
    const { pid } = miner.child
    const limit = (await readdir(`/proc/${pid}/fd`)).length + spare
    await promisify(execFile)('prlimit', [`--nofile=${limit}:${limit}`, '--pid', String(pid)])
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    agent.destroy()
    miner.child.kill('SIGKILL')
    await miner.exited
  })
  const chat = { model: 'assay-tiny', messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }
  const ask = (through?: Agent) =>
    sendRaw(
      miner.url,
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${miner.apiKey}` },
        body: new TextEncoder().encode(JSON.stringify(chat)),
      },
      through,
    )
  /** Opens a connection; true where the miner serves it. */
  const isServed = () =>
    new Promise<boolean>(resolve => {
      const outgoing = httpRequest(`${miner.url}/healthz`, { agent: false, timeout: 3_000 }, response => {
        response.resume()
        response.on('end', () => resolve(true))
      })
      outgoing.on('timeout', () => outgoing.destroy())
      outgoing.on('error', () => resolve(false))
      outgoing.end()
    })

  it('serves whom it knows, turns others away, and takes them again as soon as it can', async () => {
    expect((await ask(agent)).status).toBe(200)
    const { port } = new URL(miner.url)
    for (let index = 0; index < 5 * spare; index++) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
    }
    await vi.waitFor(async () => expect(await isServed()).toBe(false), { interval: 50, timeout: 20_000 })
    // A connection that is open needs no new file, and its answers come all the while, ledger and engine included.
    for (let index = 0; index < 5; index++) expect((await ask(agent)).status).toBe(200)
    for (const socket of sockets.splice(0)) socket.destroy()
    await vi.waitFor(async () => expect((await ask()).status).toBe(200), { interval: 50, timeout: 5_000 })
    expect(miner.child.exitCode).toBeNull()
    expect(miner.log()).not.toMatch(/"level":[56]0/)
  })
})
