import { createLlamaEngine } from '../../../shared/engine/llama-cpp/create-llama-engine.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import type { AcceptedClass } from '../../../shared/subnet/accepted-class.ts'
import { graphOf, honestVariants } from '../../../validator/calibrate/honest-variants.ts'
import { openGguf } from '../../support/tiny-gguf.ts'
import { findPeer } from '../serving/find-peers.ts'
import type { Source } from './source.ts'

/** Somebody who runs the right model. */
export interface HonestSource extends Source {
  /** The accepted class that it belongs to. */
  readonly className: string
}

/**
 * Everybody who runs the model in a class that the subnet file accepts (all of them where it names none): the variants of a calibration, and
 * llama.cpp with keys and values in fp16 where it is installed.
 */
export function honestSources(model: LoadedModel, accepted: readonly AcceptedClass[] | undefined): HonestSource[] {
  const nameOf = (artefact: AcceptedClass['artefact'], precision: AcceptedClass['precision']) =>
    accepted === undefined ? precision : accepted.find(one => one.artefact === artefact && one.precision === precision)?.name
  const onnx = honestVariants.flatMap((variant): HonestSource[] => {
    const { name, precision, threads, batch, optimization } = variant
    const className = nameOf('onnx', precision)
    if (className === undefined) return []
    const open = async () => {
      const graph = await graphOf(variant, model)
      return createOnnxEngine({ model, threads, batch, worker: 'thread', ...(graph && { graph }), ...(optimization && { optimization }) })
    }
    return [{ name, className, batch, open }]
  })
  const gguf = nameOf('gguf', 'fp32')
  const packageFolder = gguf === undefined ? undefined : findPeer('llama')
  return gguf === undefined || packageFolder === undefined ? onnx : [...onnx, llamaSource(model, packageFolder, gguf)]
}

function llamaSource(model: LoadedModel, packageFolder: string, className: string): HonestSource {
  const open = async () => {
    const gguf = await openGguf(model.folder)
    const engine = await createLlamaEngine({ model: gguf.model, packageFolder, exactCache: false })
    return {
      ...engine,
      async close() {
        await engine.close()
        await gguf.remove()
      },
    }
  }
  return { name: 'llama.cpp, fp16 cache, 16 together', className, batch: 16, open }
}
