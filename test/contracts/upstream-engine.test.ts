import { describe, it } from 'vitest'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { createUpstreamEngine } from '../../shared/engine/upstream/create-upstream-engine.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { tinyModelFolder } from '../support/test-miner.ts'
import { startVllmStandIn } from '../support/vllm-stand-in.ts'
import { describeEngine } from './engine.contract.ts'

const messages = [{ role: 'user' as const, content: 'Tell a long story about a clever fox.' }]
const abilities = { seeded: false, streams: true, scoreTolerance: 1e-4, marginTolerance: 1e-4, companyTolerance: 0, refusesEarly: true }

describeEngine(
  'An upstream server',
  async () => {
    const model = await loadModel(tinyModelFolder)
    const behind = await createOnnxEngine({ model })
    const server = await startVllmStandIn(model, behind)
    return {
      engine: await createUpstreamEngine({ model, urls: [server.url], upstreamModel: 'served-model', log: () => undefined }),
      promptIds: model.promptIdsOf({ messages }),
      ...{ eosIds: model.eosIds, vocab: model.vocabSize, context: model.contextLength },
      async stop() {
        await server.close()
        await behind.close()
      },
    }
  },
  abilities,
)

const live = process.env.ASSAY_LIVE_UPSTREAM?.split(',')
if (live === undefined) {
  const reason = 'ASSAY_LIVE_UPSTREAM names no server: URL,NAME OF ITS MODEL,FOLDER OF THE MODEL HERE'
  describe.skip('a real upstream server', () => void it(reason, () => undefined))
} else
  describeEngine(
    'A real upstream server',
    async () => {
      const [url = '', upstreamModel = '', folder = tinyModelFolder] = live
      const model = await loadModel(folder)
      return {
        engine: await createUpstreamEngine({ model, urls: [url], upstreamModel }),
        promptIds: model.promptIdsOf({ messages }),
        ...{ eosIds: model.eosIds, vocab: model.vocabSize, context: model.contextLength },
        stop: async () => {},
      }
    },
    // Its kernels are another machine's, and its batches change the last digits.
    { ...abilities, scoreTolerance: 0.1, marginTolerance: 0.1, companyTolerance: 0.1 },
  )
