import { symlink, unlink, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseManifest } from '../../../../shared/models/manifest.ts'
import type { StoredModel } from '../../../../shared/models/store/model-store.ts'
import { parseRange } from '../../../../shared/models/transfer/parse-range.ts'
import { digestJson } from '../../../../shared/protocol/digest-json.ts'
import { openRelayLab, type RelayLab } from '../../../support/relay-lab.ts'

let lab: RelayLab
let model: StoredModel
beforeAll(async () => {
  lab = await openRelayLab()
  model = await lab.add('origin', 100_000, 16_384)
})
afterAll(() => lab.close())

/** Sends a path as it stands: fetch would tidy it up. */
function statusOf(url: string, path: string, method = 'GET'): Promise<number> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`))
    let text = ''
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('close', () => resolve(Number(text.split(' ')[1])))
    socket.on('error', reject)
  })
}

describe('a relay', () => {
  it('lists its models and gives a manifest whose digest is its address', async () => {
    const { url } = await lab.relay('origin')
    const list = await (await fetch(`${url}/`)).json()
    expect(list).toMatchObject({ models: [{ manifestDigest: model.manifestDigest, name: 'random' }] })
    const manifest = parseManifest(await (await fetch(`${url}/${model.manifestDigest}/manifest.json`)).json())
    expect(digestJson(manifest)).toBe(model.manifestDigest)
  })

  it('gives a file whole, or the range that is asked for', async () => {
    const { url } = await lab.relay('origin')
    const file = `${url}/${model.manifestDigest}/onnx/model.onnx_data`
    const whole = Buffer.from(await (await fetch(file)).arrayBuffer())
    const part = await fetch(file, { headers: { range: 'bytes=10-19' } })
    expect(whole.length).toBe(100_000)
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/100000'])
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20))
    expect((await fetch(file, { method: 'HEAD' })).headers.get('content-length')).toBe('100000')
    expect((await fetch(file, { headers: { range: 'bytes=100000-' } })).status).toBe(416)
  })

  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/DIGEST/../../origin',
    '/DIGEST/%2e%2e/x',
    '/DIGEST/onnx',
    '/DIGEST/',
    '/DIGEST/shards.log',
    '/%',
    '/%00',
  ])('has nothing at %s', async path => {
    const { url } = await lab.relay('origin')
    await writeFile(join(lab.folder('origin'), 'x'), 'secret')
    expect([400, 404]).toContain(await statusOf(url, path.replace('DIGEST', model.manifestDigest)))
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async method => {
    const { url } = await lab.relay('origin')
    expect(await statusOf(url, '/', method)).toBe(405)
  })

  it('tells the reader above its bound to come back, and serves again when one is done', async () => {
    const { url } = await lab.relay('origin', { maxPerAddress: 1, bytesPerSecond: 200_000 })
    const file = `${url}/${model.manifestDigest}/onnx/model.onnx_data`
    const first = await fetch(file)
    const second = await fetch(file)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    expect((await first.arrayBuffer()).byteLength).toBe(100_000)
    await expect.poll(async () => (await fetch(file, { headers: { range: 'bytes=0-9' } })).status, { timeout: 20_000 }).toBe(206)
  })

  it('has places left for others, however many connections one address keeps open', async () => {
    const { url } = await lab.relay('origin', { maxTransfers: 1, maxPerAddress: 1 })
    const { hostname, port } = new URL(url)
    const ask = (localAddress: string, keep: boolean) =>
      new Promise<{ socket: Socket; status: number }>(resolve => {
        const socket = connect({ port: Number(port), host: hostname, localAddress }, () =>
          socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${keep ? '' : 'connection: close\r\n'}\r\n`),
        )
        socket.on('error', () => {})
        socket.once('data', chunk => resolve({ socket, status: Number(String(chunk).split(' ')[1]) }))
        socket.once('close', () => resolve({ socket, status: 0 }))
      })
    const greedy = await Promise.all(Array.from({ length: 20 }, () => ask('127.0.0.1', true)))
    expect(greedy.filter(({ status }) => status === 200)).toHaveLength(10)
    expect((await ask('127.0.0.2', false)).status).toBe(200)
    for (const { socket } of greedy) socket.destroy()
  })

  it('does not follow a link out of the store', async () => {
    const { url } = await lab.relay('origin')
    const weights = join(model.folder, 'onnx/model.onnx_data')
    await unlink(weights)
    await symlink('/etc/hostname', weights)
    expect(await statusOf(url, `/${model.manifestDigest}/onnx/model.onnx_data`)).toBe(500)
  })
})

describe('a Range header', () => {
  it.each([
    [undefined, { from: 0, to: 100, partial: false }],
    ['bytes=0-0', { from: 0, to: 1, partial: true }],
    ['bytes=90-200', { from: 90, to: 100, partial: true }],
    ['bytes=5-', { from: 5, to: 100, partial: true }],
    ['bytes=0-1,5-6', { from: 0, to: 100, partial: false }],
    ['items=0-1', { from: 0, to: 100, partial: false }],
    ['bytes=100-', null],
    ['bytes=7-3', null],
  ])('%s is read as it is meant', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range)
  })
})
