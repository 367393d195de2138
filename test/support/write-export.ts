import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { proto, readGraph, tensorsOf, writeGraph } from '../../shared/models/onnx/graph.ts'
import { messageField, stringField, varintField } from '../../shared/models/onnx/protobuf.ts'
import { buildRandomDecoder, configOf, type DecoderForm, type DecoderShape } from './random-decoder.ts'
import { chatTemplate, tokenizerConfig, tokenizerFile } from './random-tokenizer.ts'

export interface ExportOptions {
  readonly shape: DecoderShape
  /** Graphs by their path, each in its form; with `external` its larger weights lie in a file beside it. */
  readonly graphs: Readonly<Record<string, DecoderForm & { readonly external?: boolean }>>
  /** Where the chat template stands: in tokenizer_config.json as newer and older exports have it, or in a file of its own. */
  readonly template?: 'config' | 'named' | 'file' | 'none'
  readonly generationConfig?: object
}

/** Writes a random decoder as the exporters of Hugging Face's hub lay a model out. */
export async function writeExport(folder: string, { shape, graphs, template = 'config', generationConfig }: ExportOptions): Promise<void> {
  const put = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const stated = {
    config: chatTemplate,
    named: [
      { name: 'default', template: chatTemplate },
      { name: 'tool_use', template: 'x' },
    ],
    file: undefined,
    none: undefined,
  }[template]
  await put('config.json', JSON.stringify(configOf(shape)))
  await put('tokenizer.json', JSON.stringify(tokenizerFile(shape.vocab)))
  await put('tokenizer_config.json', JSON.stringify({ ...tokenizerConfig, ...(stated !== undefined && { chat_template: stated }) }))
  if (template === 'file') await put('chat_template.jinja', chatTemplate)
  if (generationConfig !== undefined) await put('generation_config.json', JSON.stringify(generationConfig))
  for (const [path, { external = false, ...form }] of Object.entries(graphs)) {
    const graph = buildRandomDecoder(shape, form)
    if (!external) {
      await put(path, graph)
      continue
    }
    const { model, data } = moveWeights(graph, `${basename(path)}_data`)
    await put(path, model)
    await put(`${path}_data`, data)
  }
}

/** The graph with every weight of 1,000 bytes or more in one other file, and that file. */
function moveWeights(bytes: Uint8Array, location: string): { model: Uint8Array; data: Uint8Array } {
  const graph = readGraph(bytes)
  const pieces: Uint8Array[] = []
  let offset = 0
  const moved = new Map(
    tensorsOf(graph).flatMap(tensor => {
      if (tensor.rawData === undefined || tensor.rawData.length < 1_000) return []
      const length = tensor.rawData.length
      const entries = Object.entries({ location, offset: String(offset), length: String(length) })
      const fields = [
        ...tensor.dims.map(dim => varintField(proto.tensor.dims, dim)),
        varintField(proto.tensor.dataType, tensor.dataType),
        stringField(proto.tensor.name, tensor.name),
        ...entries.map(([key, value]) => messageField(proto.tensor.externalData, [stringField(1, key), stringField(2, value)])),
        varintField(proto.tensor.dataLocation, 1),
      ]
      pieces.push(tensor.rawData)
      offset += length
      return [[tensor, { ...tensor, rawData: undefined, raw: messageField(proto.graph.initializer, fields).raw }] as const]
    }),
  )
  const entries = graph.entries.map(entry => (entry.kind === 'initializer' ? (moved.get(entry) ?? entry) : entry))
  return { model: writeGraph({ ...graph, entries }), data: Buffer.concat(pieces) }
}
