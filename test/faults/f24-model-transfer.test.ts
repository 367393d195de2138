import { type ChildProcess, spawn } from 'node:child_process'
import { cp, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredModel } from '../../shared/models/store/model-store.ts'
import { verifyModel } from '../../shared/models/store/verify-model.ts'
import { times } from '../support/full-faults.ts'
import { openRelayLab, type RelayLab } from '../support/relay-lab.ts'
import { runAssay } from '../support/run-assay.ts'

const bin = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))
const sizeBytes = times(8_000_000, 200_000_000)
const shardBytes = times(262_144, 4_194_304)
/** Each relay's line, so that a transfer takes long enough to be killed in. */
const relayRate = times(2_500_000, 25_000_000)

let lab: RelayLab
let model: StoredModel
let children: ChildProcess[]
beforeEach(async () => {
  children = []
  lab = await openRelayLab()
  model = await lab.add('relay1', sizeBytes, shardBytes)
})
afterEach(async () => {
  await Promise.all(
    children.map(child => {
      const gone = new Promise(resolve =>
        child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(null),
      )
      child.kill('SIGKILL')
      return gone
    }),
  )
  await lab.close()
})

function start(args: readonly string[]): { child: ChildProcess; text(): string; says(pattern: RegExp): Promise<RegExpExecArray> } {
  const child = spawn(process.execPath, [bin, 'model', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      text += chunk
      for (const look of waiting) look()
    })
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text)
        if (found !== null) resolve(found)
      }
      waiting.add(look)
      child.once('exit', code => reject(new Error(`it ended with ${code} without ${pattern}:\n${text}`)))
      look()
    })
  return { child, text: () => text, says }
}

async function startRelay(store: string, rate: number): Promise<string> {
  const relay = start(['serve', '--store', lab.folder(store), '--port', '0', '--max-rate', String(rate)])
  return (await relay.says(/ready (http:\S+)\n/))[1] ?? ''
}

/** Flips one bit in every shard of the weights that a relay holds. */
async function corrupt(store: string): Promise<void> {
  const handle = await open(join(lab.folder(store), model.manifestDigest, 'onnx/model.onnx_data'), 'r+')
  const byte = Buffer.alloc(1)
  for (let at = 17; at < sizeBytes; at += shardBytes) {
    await handle.read(byte, 0, 1, at)
    await handle.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at)
  }
  await handle.close()
}

describe('F24: two miners and three relays of which one is corrupt', () => {
  it(
    'the model arrives whole, goes on after a kill, and the corrupt relay is named',
    async () => {
      for (const store of ['relay2', 'relay3']) await cp(lab.folder('relay1'), lab.folder(store), { recursive: true })
      await corrupt('relay3')
      const [one = '', two = '', bad = ''] = await Promise.all(['relay1', 'relay2', 'relay3'].map(store => startRelay(store, relayRate)))
      const args = (store: string) => [model.manifestDigest, '--store', lab.folder(store), '--relays', [bad, one, two].join(','), '--json']

      const first = start(['fetch', ...args('miner1')])
      const journal = join(lab.folder('miner1'), `${model.manifestDigest}.partial`, 'shards.log')
      const kept = async () => (await readFile(journal, 'utf8').catch(() => '')).split('\n').length - 1
      await expect.poll(kept, { interval: 10, timeout: 30_000 }).toBeGreaterThanOrEqual(4)
      first.child.kill('SIGKILL')
      await new Promise(resolve => first.child.once('exit', resolve))
      const before = await kept()

      const [resumed, straight] = await Promise.all(['miner1', 'miner2'].map(store => runAssay(['model', 'fetch', ...args(store)])))
      for (const [finished, store] of [
        [resumed, 'miner1'],
        [straight, 'miner2'],
      ] as const) {
        expect(finished?.code, finished?.stderr).toBe(0)
        expect(await verifyModel(join(lab.folder(store), model.manifestDigest), model.manifest)).toEqual([])
        expect(finished?.stderr).toContain(`relay ${bad} is CORRUPT and dropped: shard `)
        const report = JSON.parse(finished?.stdout ?? '')
        expect(report.relays).toMatchObject([
          { url: bad, dropped: { kind: 'corrupt' } },
          { url: one, dropped: null },
          { url: two, dropped: null },
        ])
      }
      const shards = model.manifest.files.reduce((sum, file) => sum + (file.shards?.length ?? 1), 0)
      expect(JSON.parse(resumed?.stdout ?? '')).toMatchObject({ resumedShards: before, fetchedShards: shards - before })
      expect(before).toBeLessThan(shards)
    },
    times(120_000, 600_000),
  )
})

describe('F50: the disk is full while a model arrives', () => {
  it('ends the fetch with what to do, and keeps what was verified', async () => {
    const relay = await lab.relay('relay1')
    const args = ['model', 'fetch', model.manifestDigest, '--store', lab.folder('miner'), '--relays', relay.url]
    // A file of at most a quarter of the model stands for a disk of that size: the write fails in the same way.
    const blocks = Math.floor(sizeBytes / 4 / 512)
    const child = spawn('sh', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, bin, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    children.push(child)
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    const code = await new Promise(resolve => child.once('close', resolve))
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /MODEL_DISK_FULL: The disk of \S+ is full: .*EFBIG.*\nFree space and run the same command again; what was verified is kept\./,
    )
    const resumed = await runAssay([...args, '--json'])
    expect(JSON.parse(resumed.stdout).resumedShards).toBeGreaterThan(0)
    expect(await verifyModel(join(lab.folder('miner'), model.manifestDigest), model.manifest)).toEqual([])
  })
})
