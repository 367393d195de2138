// The miner under test, in a process of its own: the real program over a chain in memory and an engine without a model.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { addApiKey } from '../../miner/keys/add-api-key.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { startTestMiner, tinyModelFolder } from '../support/test-miner.ts'
import { soakEngine } from './soak-engine.ts'
import type { SoakAddress, SoakMemory, SoakSetup } from './soak-messages.ts'

const { leakBytes, tokenRate }: SoakSetup = JSON.parse(process.argv[2] ?? '{}')
const collect = globalThis.gc
if (collect === undefined) throw new Error('start it with --expose-gc')

const keyFolder = await mkdtemp(join(tmpdir(), 'assay-soak-'))
const keyFile = join(keyFolder, 'keys.json')
const apiKeys: string[] = []
for (const name of ['laptop', 'gateway']) apiKeys.push(await addApiKey(keyFile, { name, concurrency: 1_000 }))
const model = await loadModel(tinyModelFolder)
const engine = soakEngine(model.manifestDigest, leakBytes)
const miner = await startTestMiner({
  flags: { keyFile, tokenRate, concurrency: 16 },
  modules: { loadModel: async () => model, openEngine: async () => ({ engine }) },
})

/** What is left when everything that may go has gone: finalizers run between collections. */
async function weigh(): Promise<SoakMemory> {
  for (let round = 0; round < 4; round++) {
    collect?.()
    await setImmediate()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapBytes: heapUsed, externalBytes: external, rssBytes: rss, active: engine.active(), calls: engine.calls() }
}

process.on('message', async (command: 'weigh' | 'stop') => {
  if (command === 'weigh') return process.send?.(await weigh())
  await miner.stop()
  await rm(keyFolder, { recursive: true, force: true })
  process.exit(0)
})
const address: SoakAddress = { url: miner.running.url, apiKeys, hotkey: miner.cast.miner.hotkey, manifestDigest: model.manifestDigest }
process.send?.(address)
