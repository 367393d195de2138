import { randomFillSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGraph, writeGraph } from '../../shared/models/onnx/graph.ts'
import { messageField, stringField, varintField } from '../../shared/models/onnx/protobuf.ts'
import { addModel } from '../../shared/models/store/add-model.ts'
import type { StoredModel } from '../../shared/models/store/model-store.ts'
import { type RelayOptions, type RunningRelay, serveModels } from '../../shared/models/transfer/serve-models.ts'
import { serveStore } from '../../shared/models/transfer/served-model.ts'
import { buildRandomDecoder, configOf, type DecoderShape } from './random-decoder.ts'
import { tokenizerConfig, tokenizerFile } from './random-tokenizer.ts'

/** The smallest decoder; what makes a model large here are random bytes beside it. */
export const leastShape: DecoderShape = { layers: 1, hidden: 16, heads: 2, kvHeads: 1, ff: 16, vocab: 264, context: 16, seed: 1 }

/** A decoder with one more weight, whose elements lie in another file. */
export function graphWithWeightsAt(location: string, shape: DecoderShape = leastShape): Uint8Array {
  const graph = readGraph(buildRandomDecoder(shape))
  const raw = messageField(5, [
    varintField(1, 4),
    varintField(2, 1),
    stringField(8, 'model.extra.weight'),
    messageField(13, [stringField(1, 'location'), stringField(2, location)]),
    varintField(14, 1),
  ]).raw
  return writeGraph({ ...graph, entries: [...graph.entries, { kind: 'other', number: 5, raw }] })
}

export interface RelayLab {
  /** A folder of its own. */
  folder(name: string): string
  /** Adds a model of so many random bytes to the store of this name. */
  add(store: string, bytes: number, shardBytes: number): Promise<StoredModel>
  /** A relay over the store of this name. */
  relay(store: string, options?: Partial<RelayOptions>): Promise<RunningRelay>
  /** A server that plays a relay as the test likes; gives its address. */
  fake(listener: RequestListener): Promise<string>
  close(): Promise<void>
}

/** A temporary folder, relays and fake relays on loopback addresses, all gone after `close`. */
export async function openRelayLab(): Promise<RelayLab> {
  const root = await mkdtemp(join(tmpdir(), 'assay-relays-'))
  const opened: (() => Promise<unknown>)[] = []
  const folder = (name: string) => join(root, name)
  return {
    folder,
    async add(store, bytes, shardBytes) {
      const source = folder('export')
      await mkdir(join(source, 'onnx'), { recursive: true })
      await writeFile(join(source, 'onnx', 'model.onnx'), graphWithWeightsAt('model.onnx_data'))
      await writeFile(join(source, 'onnx', 'model.onnx_data'), randomFillSync(Buffer.allocUnsafe(bytes)))
      await writeFile(join(source, 'config.json'), JSON.stringify(configOf(leastShape)))
      await writeFile(join(source, 'tokenizer.json'), JSON.stringify(tokenizerFile(leastShape.vocab)))
      await writeFile(join(source, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig))
      const added = await addModel({ folder: source, store: folder(store), name: 'random', shardBytes })
      await rm(source, { recursive: true })
      return added
    },
    async relay(store, options = {}) {
      const models = serveStore(folder(store))
      const relay = await serveModels({
        ...{ models, host: '127.0.0.1', port: 0, maxTransfers: 32, maxPerAddress: 32, bytesPerSecond: 0 },
        ...options,
      })
      opened.push(relay.stop)
      return relay
    },
    async fake(listener) {
      const server = createServer(listener)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      opened.push(async () => {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      })
      const { port } = server.address() as AddressInfo
      return `http://127.0.0.1:${port}`
    },
    async close() {
      for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
