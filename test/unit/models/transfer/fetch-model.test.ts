import { cp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredModel } from '../../../../shared/models/store/model-store.ts'
import { verifyModel } from '../../../../shared/models/store/verify-model.ts'
import type { FetchLimits } from '../../../../shared/models/transfer/fetch-limits.ts'
import { type FetchOptions, fetchModel } from '../../../../shared/models/transfer/fetch-model.ts'
import type { RelayFault } from '../../../../shared/models/transfer/relay-fault.ts'
import { serveStore } from '../../../../shared/models/transfer/served-model.ts'
import { digestJson } from '../../../../shared/protocol/digest-json.ts'
import { openRelayLab, type RelayLab } from '../../../support/relay-lab.ts'

const shardBytes = 16_384
let lab: RelayLab
let model: StoredModel
beforeEach(async () => {
  lab = await openRelayLab()
  model = await lab.add('origin', 20 * shardBytes + 5, shardBytes)
})
afterEach(() => lab.close())

const quick: Partial<FetchLimits> = { headerMs: 2_000, stallMs: 300, graceMs: 200, patienceMs: 1_500 }
const fetchFrom = (relays: readonly string[], options: Partial<FetchOptions> = {}) =>
  fetchModel({
    manifestDigest: model.manifestDigest,
    relays,
    store: lab.folder('miner'),
    signal: new AbortController().signal,
    limits: quick,
    ...options,
  })

/** A relay that answers for one file as it likes and gives everything else. */
async function liar(store: string, play: Parameters<RelayLab['fake']>[0]): Promise<string> {
  const honest = await lab.relay(store)
  return await lab.fake(async (request, response) => {
    if (request.url?.endsWith('model.onnx_data')) return void play(request, response)
    const reply = await fetch(`${honest.url}${request.url}`, {
      headers: request.headers.range === undefined ? {} : { range: request.headers.range },
    })
    response.writeHead(reply.status, Object.fromEntries([...reply.headers].filter(([name]) => name.startsWith('content-'))))
    response.end(Buffer.from(await reply.arrayBuffer()))
  })
}

describe('a fetch', () => {
  it('brings a model byte for byte, from all relays together', async () => {
    await cp(lab.folder('origin'), lab.folder('second'), { recursive: true })
    const relays = [await lab.relay('origin'), await lab.relay('second')]
    const report = await fetchFrom(relays.map(relay => relay.url))
    expect(await verifyModel(report.folder, report.manifest)).toEqual([])
    expect(report.relays.map(relay => relay.shards).reduce((sum, shards) => sum + shards, 0)).toBe(report.fetchedShards)
    expect(Math.min(...report.relays.map(relay => relay.shards))).toBeGreaterThan(0)
    expect(await readdir(lab.folder('miner'))).toEqual([model.manifestDigest])
  })

  it('names a corrupt relay with the shard, drops it, and takes the shard elsewhere', async () => {
    await cp(lab.folder('origin'), lab.folder('bad'), { recursive: true })
    const weights = join(lab.folder('bad'), model.manifestDigest, 'onnx/model.onnx_data')
    const bytes = await readFile(weights)
    for (let at = 100; at < bytes.length; at += shardBytes) bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(weights, bytes)
    const [good, bad] = [await lab.relay('origin'), await lab.relay('bad')]
    const faults: [string, RelayFault, boolean][] = []
    const report = await fetchFrom([bad.url, good.url], { onFault: (...fault) => faults.push(fault) })
    expect(await verifyModel(report.folder, report.manifest)).toEqual([])
    expect(report.relays.find(relay => relay.url === bad.url)?.dropped?.kind).toBe('corrupt')
    expect(faults[0]).toMatchObject([
      bad.url,
      { kind: 'corrupt', problem: expect.stringMatching(/^shard \d+ of onnx\/model\.onnx_data has the SHA-256 /) },
      true,
    ])
    expect(faults.every(([relay]) => relay === bad.url)).toBe(true)
  })

  it('goes on where an earlier one was cut off, and hashes again what that one kept', async () => {
    const relay = await lab.relay('origin', { bytesPerSecond: 400_000 })
    const stop = new AbortController()
    const cut = fetchFrom([relay.url], {
      signal: stop.signal,
      onProgress: ({ doneShards }) => {
        if (doneShards >= 6) stop.abort(new Error('cut'))
      },
    })
    await expect(cut).rejects.toThrow('cut')
    // One of the shards rots meanwhile.
    const partial = join(lab.folder('miner'), `${model.manifestDigest}.partial`)
    const kept = (await readFile(join(partial, 'shards.log'), 'utf8')).trim().split('\n').map(Number)
    const file = join(partial, 'files/onnx/model.onnx_data')
    const bytes = await readFile(file)
    const rotten = Math.max(...kept)
    const firstOfFile = model.manifest.files.findIndex(one => one.path === 'onnx/model.onnx_data')
    const before = model.manifest.files.slice(0, firstOfFile).reduce((sum, one) => sum + (one.shards?.length ?? 1), 0)
    bytes[(rotten - before) * shardBytes] = (bytes[(rotten - before) * shardBytes] ?? 0) ^ 1
    await writeFile(file, bytes)
    const report = await fetchFrom([(await lab.relay('origin')).url])
    expect(report.resumedShards).toBe(kept.length - 1)
    expect(await verifyModel(report.folder, report.manifest)).toEqual([])
  })

  it('ignores a last line of the list that a kill cut off', async () => {
    const partial = join(lab.folder('miner'), `${model.manifestDigest}.partial`)
    await cp(join(lab.folder('origin'), model.manifestDigest), join(partial, 'files'), { recursive: true })
    await writeFile(join(partial, 'shards.log'), '3\n4\n5\n999999\nx\n6')
    const report = await fetchFrom([(await lab.relay('origin')).url])
    expect(report.resumedShards).toBe(3)
  })

  it('does not ask a relay for what is already there', async () => {
    const relay = await lab.relay('origin')
    await fetchFrom([relay.url])
    const sent = relay.sentBytes()
    const again = await fetchFrom([relay.url])
    expect(again.fetchedShards).toBe(0)
    expect(relay.sentBytes()).toBe(sent)
  })

  it('drops a relay that stalls and one that is many times slower, and ends in time', async () => {
    const fast = await lab.relay('origin')
    const slow = await lab.relay('origin', { bytesPerSecond: 10_000 })
    const stalled = await liar('origin', (_, response) => {
      response.writeHead(206, { 'content-length': String(shardBytes), 'content-range': `bytes 0-1/2` })
      response.flushHeaders()
    })
    const silent = await liar('origin', () => {})
    const report = await fetchFrom([slow.url, stalled, silent, fast.url], { limits: { ...quick, headerMs: 300 } })
    expect(await verifyModel(report.folder, report.manifest)).toEqual([])
    expect(report.relays.find(relay => relay.url === fast.url)?.shards).toBeGreaterThan(15)
  })

  it.each<[string, RelayFault['kind'], Parameters<RelayLab['fake']>[0]]>([
    ['a redirect', 'redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['another range', 'refused', (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end(Buffer.alloc(10))],
    ['the whole file instead of a range', 'refused', (_, response) => response.end(Buffer.alloc(100))],
    ['a compressed body', 'refused', (_, response) => response.writeHead(206, { 'content-encoding': 'gzip' }).end()],
    ['an error', 'refused', (_, response) => response.writeHead(500).end()],
    [
      'a body that ends early',
      'broken',
      (request, response) => {
        response.writeHead(206, { 'content-range': rangeOf(request.headers.range) }).write(Buffer.alloc(10))
        response.destroy()
      },
    ],
    [
      'more bytes than were asked for',
      'refused',
      (request, response) => response.writeHead(206, { 'content-range': rangeOf(request.headers.range) }).end(Buffer.alloc(2 * shardBytes)),
    ],
  ])('takes %s for a fault of the relay', async (_, kind, play) => {
    const relay = await liar('origin', play)
    const faults: RelayFault[] = []
    const failed = fetchFrom([relay], { onFault: (_, fault) => faults.push(fault), limits: { ...quick, patienceMs: 400 } })
    await expect(failed).rejects.toMatchObject({ code: 'MODEL_RELAYS' })
    expect(new Set(faults.map(fault => fault.kind))).toEqual(new Set([kind]))
  })

  const rangeOf = (range = '') => `${range.replace('=', ' ')}/${20 * shardBytes + 5}`

  it('refuses a manifest that is not the one asked for, and names who sent it', async () => {
    const other = await lab.fake((_, response) => response.end(JSON.stringify({ ...model.manifest, name: 'other' })))
    const endless = await lab.fake((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
      }
      response.on('drain', write)
      write()
    })
    const failed = fetchFrom([other, endless], { limits: { ...quick, maxManifestBytes: 1_000_000 } })
    await expect(failed).rejects.toMatchObject({
      code: 'MODEL_RELAYS',
      message: expect.stringContaining(digestJson({ ...model.manifest, name: 'other' })),
    })
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining('larger than 1000000 bytes') })
  })

  it('refuses a model above the largest size before it fetches any of it', async () => {
    const relay = await lab.relay('origin')
    await expect(fetchFrom([relay.url], { limits: { maxBytes: 1_000 } })).rejects.toMatchObject({ code: 'MODEL_TOO_LARGE' })
    expect(relay.sentBytes()).toBe(0)
  })

  it('is refused while another one fills the same folder', async () => {
    const relay = await lab.relay('origin', { bytesPerSecond: 300_000 })
    const first = fetchFrom([relay.url])
    await expect.poll(() => readdir(lab.folder('miner')).catch(() => []), { timeout: 20_000 }).toContain(`${model.manifestDigest}.partial`)
    await expect(fetchFrom([(await lab.relay('origin')).url])).rejects.toMatchObject({ code: 'MODEL_BUSY', details: { pid: process.pid } })
    expect(await verifyModel((await first).folder, model.manifest)).toEqual([])
  })

  it('works through a relay that is itself still fetching', async () => {
    const origin = await lab.relay('origin', { bytesPerSecond: 300_000 })
    const models = serveStore(lab.folder('middle'))
    const middle = await lab.relay('middle', { models })
    let relaying: Promise<unknown> = Promise.resolve()
    await new Promise<void>(resolve => {
      const onOpen: FetchOptions['onOpen'] = (partial, manifest) => {
        models.addPartial(model.manifestDigest, manifest, partial)
        resolve()
      }
      relaying = fetchFrom([origin.url], { store: lab.folder('middle'), onOpen })
    })
    const report = await fetchFrom([middle.url], { limits: { ...quick, patienceMs: 10_000 } })
    await relaying
    expect(await verifyModel(report.folder, report.manifest)).toEqual([])
    expect((await stat(join(report.folder, 'manifest.json'))).isFile()).toBe(true)
  })
})

describe('what is in a store', () => {
  it('is named shard by shard where it is wrong', async () => {
    const weights = join(model.folder, 'onnx/model.onnx_data')
    const bytes = await readFile(weights)
    for (const shard of [2, 7]) bytes[shard * shardBytes] = (bytes[shard * shardBytes] ?? 0) ^ 1
    await writeFile(weights, bytes)
    const findings = await verifyModel(model.folder, model.manifest)
    expect(findings.map(({ code, details }) => [code, details.shard])).toEqual([
      ['MODEL_SHARD_DIGEST', 2],
      ['MODEL_SHARD_DIGEST', 7],
    ])
  })

  it('is named where it is cut off', async () => {
    await truncate(join(model.folder, 'onnx/model.onnx_data'), 3 * shardBytes)
    const [first] = await verifyModel(model.folder, model.manifest)
    expect(first).toMatchObject({ code: 'MODEL_FILE_SIZE' })
  })
})
