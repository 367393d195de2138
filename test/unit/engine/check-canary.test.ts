import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCanary } from '../../../shared/engine/check-canary.ts'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { compileTemplate } from '../../../shared/models/compile-template.ts'
import { graphFile, type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { scaleLayer } from '../../../shared/models/onnx/scale-layer.ts'

const folder = fileURLToPath(new URL('../../../config/models/assay-tiny', import.meta.url))
const never = new AbortController().signal
let model: LoadedModel
let engine: Engine
beforeAll(async () => {
  model = await loadModel(folder)
  engine = await createOnnxEngine({ model })
})
afterAll(() => engine.close())

describe('the canary', () => {
  it('lets the model of the manifest pass', async () => {
    await expect(checkCanary(model, engine, never)).resolves.toBeUndefined()
  })

  it.each([0, 3])('catches a model whose layer %d is scaled by one hundredth', async layer => {
    const graph = scaleLayer(await readFile(join(folder, graphFile)), layer, 1.01)
    const scaled = await createOnnxEngine({ model, graph })
    await expect(checkCanary(model, scaled, never)).rejects.toMatchObject({ code: 'VERIFY_CANARY' })
    await scaled.close()
  })

  it('catches by its logits a model whose every greedy answer is still right', async () => {
    const graph = scaleLayer(await readFile(join(folder, graphFile)), 3, 1.0005)
    const scaled = await createOnnxEngine({ model, graph })
    await expect(checkCanary(model, scaled, never)).rejects.toThrow(/the logit of token \d+ is/)
    await scaled.close()
  })

  it('catches another chat template', async () => {
    const render = compileTemplate({ chat_template: "{% for message in messages %}{{ message['content'] }}{% endfor %}" }, 'assay-tiny')
    const changed: LoadedModel = {
      ...model,
      promptIdsOf: source =>
        'messages' in source ? model.tokenizer.encodeMarked(render(source.messages, model.tokenizer)) : model.promptIdsOf(source),
    }
    await expect(checkCanary(changed, engine, never)).rejects.toThrow('chat template and tokenizer make another prompt')
  })

  it('catches a decode that does not agree with the prefill', async () => {
    const forgetful: Engine = {
      ...engine,
      generate: (request, signal) =>
        engine.generate(request.sampling.temperature === 0 ? request : { ...request, noiseKey: new Uint8Array(32) }, signal),
    }
    await expect(checkCanary(model, forgetful, never)).rejects.toThrow('its decode and its prefill disagree')
  })

  it('catches an engine that cannot show its logits', async () => {
    const { topLogits: _, ...blind } = engine
    await expect(checkCanary(model, blind, never)).rejects.toThrow('its logits cannot be read')
  })
})
