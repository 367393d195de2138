import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { tinyModelFolder } from '../support/test-miner.ts'
import { describeEngine } from './engine.contract.ts'

const abilities = {
  seeded: true,
  streams: true,
  scoreTolerance: 1e-4,
  marginTolerance: 1e-4,
  companyTolerance: 0,
  refusesEarly: true,
}

describeEngine(
  'ONNX Runtime',
  async () => {
    const model = await loadModel(tinyModelFolder)
    return {
      engine: await createOnnxEngine({ model }),
      promptIds: model.promptIdsOf({ messages: [{ role: 'user', content: 'Tell a long story about a clever fox.' }] }),
      ...{ eosIds: model.eosIds, vocab: model.vocabSize, context: model.contextLength },
      stop: async () => {},
    }
  },
  abilities,
)
