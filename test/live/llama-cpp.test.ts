import { describe, expect, it } from 'vitest'
import { openNamedEngine } from '../../miner/open-named-engine.ts'
import { createLlamaEngine } from '../../shared/engine/llama-cpp/create-llama-engine.ts'
import { importLlamaPackage, llamaInstall } from '../../shared/engine/llama-cpp/llama-package.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { describeEngine } from '../contracts/engine.contract.ts'
import { smallShape, writeRandomDecoder } from '../support/random-decoder.ts'
import { tinyModelFolder } from '../support/test-miner.ts'
import { openGguf } from '../support/tiny-gguf.ts'
import { workerProcessesOf } from '../support/worker-processes.ts'

const missing = await importLlamaPackage(process.env.ASSAY_LLAMA_CPP).then(
  () => undefined,
  () => `node-llama-cpp is not installed: ${llamaInstall}`,
)
const never = new AbortController().signal
const question = [{ role: 'user' as const, content: 'Tell a long story about a clever fox.' }]

if (missing !== undefined) describe.skip('llama.cpp as an engine', () => void it(missing, () => undefined))
else {
  describeEngine(
    'llama.cpp on the processor',
    async () => {
      const { model, remove } = await openGguf()
      return {
        engine: await createLlamaEngine({ model }),
        promptIds: model.promptIdsOf({ messages: question }),
        ...{ eosIds: model.eosIds, vocab: model.vocabSize, context: model.contextLength },
        stop: remove,
      }
    },
    // Its kernels differ by the number of rows, so that company and prefill change the last digits.
    { seeded: true, streams: true, scoreTolerance: 1e-2, marginTolerance: 1e-2, companyTolerance: 1e-2, refusesEarly: true },
  )

  describe('llama.cpp beside ONNX Runtime', () => {
    it('chooses the same tokens of the same weights, and each finds the other honest', async () => {
      const { model, remove } = await openGguf()
      const reference = await loadModel(tinyModelFolder)
      const [llama, onnx] = await Promise.all([createLlamaEngine({ model }), createOnnxEngine({ model: reference })])
      const promptIds = model.promptIdsOf({ messages: question })
      for (const [key, sampling] of [
        { temperature: 0, topK: 0 },
        { temperature: 1, topK: 0 },
        { temperature: 0.7, topK: 20 },
      ].entries()) {
        const request = { promptIds, sampling: { ...sampling, maxTokens: 48 }, noiseKey: new Uint8Array(32).fill(key) }
        const { tokenIds } = await llama.generate(request, never)
        const [here, there] = await Promise.all([llama, onnx].map(engine => engine.score({ ...request, tokenIds }, never)))
        expect(Math.max(...(there?.margins ?? [Number.NaN]))).toBeLessThan(0.02)
        for (const name of ['logProbs', 'entropies', 'endProbabilities', 'surprisals'] as const)
          for (const [index, value] of (here?.[name] ?? []).entries()) expect(value).toBeCloseTo(there?.[name][index] ?? Number.NaN, 1)
      }
      await Promise.all([llama.close(), onnx.close()])
      await remove()
    })

    it('chooses from a part of a large vocabulary what the whole of it would choose', async () => {
      const written = await writeRandomDecoder({ ...smallShape, vocab: 8192 })
      const { model, remove } = await openGguf(written.folder)
      const [llama, onnx] = await Promise.all([
        createLlamaEngine({ model, batch: 4 }),
        createOnnxEngine({ model: await loadModel(written.folder) }),
      ])
      const promptIds = [5, 17, 300, 44]
      for (const [key, sampling] of [
        { temperature: 0, topK: 0 },
        { temperature: 1, topK: 0 },
        { temperature: 2, topK: 0 },
        { temperature: 1, topK: 40 },
      ].entries()) {
        const request = { promptIds, sampling: { ...sampling, maxTokens: 24 }, noiseKey: new Uint8Array(32).fill(key), topLogProbs: 5 }
        const { tokenIds, logProbs, top } = await llama.generate(request, never)
        const [here, there] = await Promise.all([llama, onnx].map(engine => engine.score({ ...request, tokenIds }, never)))
        expect(Math.max(...(there?.margins ?? [Number.NaN]))).toBeLessThan(0.02)
        expect(Math.max(...(here?.margins ?? [Number.NaN]))).toBeLessThan(0.02)
        for (const [index, logProb] of logProbs.entries()) {
          expect(logProb).toBeCloseTo(there?.logProbs[index] ?? Number.NaN, 1)
          expect(here?.logProbs[index]).toBeCloseTo(there?.logProbs[index] ?? Number.NaN, 1)
          expect(here?.entropies[index]).toBeCloseTo(there?.entropies[index] ?? Number.NaN, 1)
          expect(top?.[index]).toHaveLength(5)
        }
      }
      await Promise.all([llama.close(), onnx.close()])
      await Promise.all([remove(), written.remove()])
    })

    it('dies alone, and every call learns of it', async () => {
      const { model, remove } = await openGguf()
      const engine = await createLlamaEngine({ model })
      const request = { promptIds: [5, 6, 7], sampling: { temperature: 1, topK: 0, maxTokens: 400 }, noiseKey: new Uint8Array(32) }
      const underWay = engine.generate(request, never, () => {
        for (const pid of workerProcessesOf(process.pid)) process.kill(pid, 'SIGKILL')
      })
      await expect(underWay).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
      await expect(engine.generate(request, never)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
      await engine.close()
      await remove()
    })

    it('refuses what its sequences cannot hold instead of cutting it short', async () => {
      const { model, remove } = await openGguf()
      const perToken = 2 * 4 * model.manifest.shapes.layers * model.manifest.shapes.kvHeads * model.manifest.shapes.headDim
      const engine = await createLlamaEngine({ model, batch: 1, kvLimitBytes: 256 * perToken })
      const request = { promptIds: [5, 6, 7], sampling: { temperature: 0, topK: 0, maxTokens: 400 }, noiseKey: new Uint8Array(32) }
      await expect(engine.generate(request, never)).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
      expect(
        (await engine.generate({ ...request, sampling: { ...request.sampling, maxTokens: 8 } }, never)).tokenIds.length,
      ).toBeGreaterThan(0)
      await engine.close()
      await remove()
    })

    it('is what a miner opens for a GGUF model, and refuses an ONNX graph', async () => {
      const { model, remove } = await openGguf()
      const context = { model, hotkey: '', threads: 1, concurrency: 2, provider: 'cpu', stateFolder: '' }
      const warnings: string[] = []
      const { engine } = await openNamedEngine('onnx', context, text => warnings.push(text))
      expect([engine.manifestDigest, engine.provider, engine.embed]).toEqual([model.manifestDigest, 'cpu', undefined])
      expect(warnings).toEqual(['assay-tiny is a GGUF model, so llama.cpp runs it'])
      await engine.close()
      const onnx = { ...context, model: await loadModel(tinyModelFolder) }
      await expect(openNamedEngine('llama-cpp', onnx, () => undefined)).rejects.toMatchObject({ code: 'ENGINE_LLAMA_MODEL' })
      await remove()
    })

    it('says what kept it from starting', async () => {
      const { model, remove } = await openGguf()
      const damaged = { ...model, graphPath: `${model.graphPath}.absent` }
      await expect(createLlamaEngine({ model: damaged })).rejects.toMatchObject({ code: 'ENGINE_START' })
      await remove()
    })
  })
}
