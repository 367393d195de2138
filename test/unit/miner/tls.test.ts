import { readFile, rm, stat } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTlsDoor } from '../../../miner/http/open-tls-door.ts'
import { ed25519Algorithm } from '../../../shared/chain/neuron-certificate.ts'
import { createTlsKey } from '../../../shared/identity/tls-key.ts'
import { fakeMinerChain, neuron } from '../../support/fake-miner-chain.ts'
import { openCast, startTestMiner } from '../../support/test-miner.ts'
import { openTlsLab, type TlsLab } from '../../support/tls-lab.ts'

let lab: TlsLab
beforeAll(async () => {
  lab = await openTlsLab()
})
afterAll(() => lab.close())

const refusals = async () => {
  const { text } = await lab.miner.get('/metrics')
  return Number(/refusals_total\{code="MINER_TLS_CALLER"\} (\d+)/.exec(text)?.[1] ?? 0)
}
const answers = () => lab.miner.figure('assay_miner_answers_total')
/** What a peer gets that writes `text` to a port in clear, until the other side closes. */
const spoken = (host: string, port: number, text: string) =>
  new Promise<string>(resolve => {
    let heard = ''
    const socket = connectTcp({ host, port }, () => socket.write(text))
    socket.on('data', bytes => {
      heard += bytes.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })

describe('a miner’s TLS port', () => {
  it('is announced with the miner’s key, and answers the validator that has committed to its own', async () => {
    const { axon } = lab.miner.running
    expect(axon).toEqual({ host: '127.0.0.1', port: expect.any(Number), tls: true })
    expect(axon.port).not.toBe(Number(new URL(lab.miner.running.url).port))
    expect(lab.chain.served).toEqual([axon])
    expect(lab.chain.certificates.get(lab.miner.cast.miner.hotkey)).toEqual({
      algorithm: 7,
      publicHex: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const arrival = await lab.ask(lab.validatorKey)
    expect(arrival).toMatchObject({ kind: 'answer', receipt: { miner: lab.miner.cast.miner.hotkey } })
  })

  it('is not asked where another key answers than the one on chain', async () => {
    const before = await answers()
    const arrival = await lab.ask(lab.validatorKey, lab.asKnown({ tlsKey: createTlsKey().publicHex }))
    expect(arrival).toMatchObject({ kind: 'none', reason: 'connect', ours: false, detail: expect.stringContaining('TLS key') })
    expect(await answers()).toBe(before)
  })

  it('is not asked where the chain holds no key for it, or one that is not ours to read', async () => {
    const before = await answers()
    expect(await lab.ask(lab.validatorKey, lab.asKnown({ tlsKey: null }))).toMatchObject({ kind: 'none', reason: 'connect' })
    expect(await answers()).toBe(before)
  })

  it.each([
    ['without a key', undefined],
    ['with a key that nobody has committed to', createTlsKey()],
  ])('turns away a caller %s, and counts it', async (_, key) => {
    const before = await refusals()
    expect(await lab.ask(key)).toMatchObject({ kind: 'none', reason: 'connect' })
    expect(await refusals()).toBeGreaterThan(before)
  })

  it('turns away the committed keys of hotkeys that may not call: strangers, earning miners, itself', async () => {
    const { stranger, neighbour } = lab.miner.cast
    const key = createTlsKey()
    for (const hotkey of [stranger.hotkey, neighbour.hotkey]) {
      lab.chain.certificates.set(hotkey, { algorithm: ed25519Algorithm, publicHex: key.publicHex })
      await vi.waitFor(async () => expect(await lab.ask(lab.validatorKey)).toMatchObject({ kind: 'answer' }))
      expect(await lab.ask(key)).toMatchObject({ kind: 'none', reason: 'connect' })
    }
  })

  it('speaks TLS 1.3 alone', async () => {
    const { host, port } = lab.miner.running.axon
    const { certPem: cert, keyPem } = lab.validatorKey
    const failure = await new Promise<Error>((resolve, reject) => {
      const socket = connectTls({ host, port, cert, key: keyPem, rejectUnauthorized: false, maxVersion: 'TLSv1.2' }, () =>
        reject(new Error(`connected with ${socket.getProtocol()}`)),
      )
      socket.on('error', resolve)
    })
    expect(failure.message).toMatch(/version/i)
  })

  it('closes the connection of whoever speaks HTTP in clear, says nothing in HTTP, and goes on', async () => {
    const { host, port } = lab.miner.running.axon
    const heard = await spoken(host, port, 'GET /healthz HTTP/1.1\r\nhost: miner\r\n\r\n')
    expect(heard).not.toContain('HTTP/')
    expect(await lab.ask(lab.validatorKey)).toMatchObject({ kind: 'answer' })
  })

  it('leaves the port in clear to the miner’s own callers', async () => {
    expect((await lab.miner.get('/healthz')).status).toBe(200)
  })

  it('is never asked in clear, not even where nothing there speaks TLS', async () => {
    const heard: Buffer[] = []
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', bytes => {
        heard.push(Buffer.from(bytes))
        socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n')
      })
    })
    const port = await new Promise<number>(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
    const arrival = await lab.ask(lab.validatorKey, lab.asKnown({ host: '127.0.0.1', port }))
    server.close()
    expect(arrival).toMatchObject({ kind: 'none', reason: 'connect' })
    // 22 is a TLS handshake; no request was ever written.
    expect(heard.length).toBeGreaterThan(0)
    expect(new Set(heard.map(bytes => bytes[0]))).toEqual(new Set([22]))
  })

  it('is not blamed before our own key is known to miners', async () => {
    const arrival = await lab.ask(lab.validatorKey, lab.asKnown(), { tlsReady: () => false })
    expect(arrival).toMatchObject({ kind: 'none', ours: true })
  })

  it('closes what a caller has open once its key is admitted no more', async () => {
    // Without any deadline of its own, so that nothing else can close what is idle.
    const server = createHttpServer({ keepAliveTimeout: 0 }, (_request, response) => response.end('here'))
    const limits = { connections: { total: 8, perAddress: 8, reserved: 0 }, onRefusal: () => {} }
    const door = await openTlsDoor({ server, key: createTlsKey(), host: '127.0.0.1', port: 0, ...limits })
    const { certPem: cert, keyPem: key, publicHex } = lab.validatorKey
    door.admit(new Set([publicHex]))
    const socket = connectTls({ host: '127.0.0.1', port: door.port, cert, key, rejectUnauthorized: false })
    const answered = new Promise(resolve => socket.once('data', resolve))
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.write('GET / HTTP/1.1\r\nhost: miner\r\n\r\n')
    expect(String(await answered)).toContain('200 OK')
    door.admit(new Set([publicHex, createTlsKey().publicHex]))
    expect(socket.destroyed).toBe(false)
    door.admit(new Set())
    await closed
    await door.close()
  })
})

describe('a miner’s TLS key', () => {
  it('survives a restart unannounced, is announced again when it was renewed, and is told from a port in clear', async () => {
    const cast = await openCast()
    const chain = fakeMinerChain([neuron(0, cast.miner.hotkey)])
    const modules = { connectChain: async () => chain }
    const first = await startTestMiner({ modules, flags: { tlsPort: 0 } })
    const { folder } = first
    const tlsPort = first.running.axon.port
    await first.stop(true)
    const file = join(folder, 'tls-key.pem')
    const keyOnChain = () => chain.certificates.get(cast.miner.hotkey)?.publicHex
    const made = keyOnChain()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain('PRIVATE KEY')
    await (await startTestMiner({ modules, folder, flags: { tlsPort } })).stop(true)
    expect([chain.served.length, keyOnChain()]).toEqual([1, made])
    await rm(file)
    await (await startTestMiner({ modules, folder, flags: { tlsPort } })).stop(true)
    expect(chain.served).toHaveLength(2)
    expect(keyOnChain()).not.toBe(made)
    await (await startTestMiner({ modules, folder, flags: { axonPort: tlsPort } })).stop()
    expect(chain.neurons[0]?.axon).toEqual({ host: '127.0.0.1', port: tlsPort })
  })
})
