import type { Engine } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { loadModel } from '../../../shared/models/load-model.ts'
import { startOpenMiner } from '../../support/open-miner.ts'
import { castNeurons } from '../../support/test-miner.ts'
import { serveSide } from './serve-side.ts'
import { type MinerAddress, promptText, type SideSetup } from './side-messages.ts'

// The miner as operators run it, its engine in a process of its own; what it is asked over its channel goes to that same engine without the door.

const { folder, threads }: SideSetup = JSON.parse(process.argv[2] ?? '{}')
// Without an end every answer has its full length.
const model = { ...(await loadModel(folder)), eosIds: new Set<number>() }
const engine: Engine = await createOnnxEngine({ model, threads, batch: 16 })
const miner = await startOpenMiner(
  {
    // Nothing but the machine bounds its one validator: budgets and shares are not what is measured.
    flags: { modelFolder: folder, tokenRate: 0, concurrency: 16, queueLimit: 1_000, burstSeconds: 60 },
    neurons: cast => castNeurons(cast).filter(({ uid }) => uid === 0 || uid === 2),
    modules: { loadModel: async () => model, openEngine: async () => ({ engine }) },
  },
  { concurrency: 64 },
)
const never = new AbortController().signal
const address: MinerAddress = {
  ...{ url: miner.running.url, apiKey: miner.apiKey, hotkey: miner.cast.miner.hotkey },
  ...{ manifestDigest: model.manifestDigest, model: model.manifest.name },
  promptIds: model.promptIdsOf({ messages: [{ role: 'user', content: promptText }] }),
}
let key = 0

serveSide(
  address,
  async ({ streams, tokens, temperature, promptIds }) => {
    const startedMs = performance.now()
    let firstMs = 0
    let told = 0
    const hear = (more: readonly unknown[]) => {
      if (told === 0) firstMs = performance.now() - startedMs
      told += more.length
    }
    const sampling = { temperature, topK: 0, maxTokens: tokens }
    await Promise.all(
      Array.from({ length: streams }, () =>
        engine.generate({ promptIds, sampling, noiseKey: new Uint8Array(32).fill(key++ % 256) }, never, hear),
      ),
    )
    return { tokens: told, firstMs }
  },
  () => miner.stop(),
)
