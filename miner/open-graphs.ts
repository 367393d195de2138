import { createTensorEngine } from '../shared/engine/onnx/create-tensor-engine.ts'
import type { TensorEngine } from '../shared/engine/tensor-port.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import { expandHome } from '../shared/identity/wallet-location.ts'
import type { MinerSettings } from './options.ts'

/** Graphs by the name that callers know them by. */
export type Graphs = ReadonlyMap<string, TensorEngine>

/** Opens the graphs that are named NAME=FILE. Throws MINER_GRAPH_SETTING, ENGINE_START. */
export async function openGraphs(
  { graphs = [], provider, threads }: Pick<MinerSettings, 'graphs' | 'provider' | 'threads'>,
  log: (warning: string) => void,
): Promise<Graphs> {
  const opened = new Map<string, TensorEngine>()
  try {
    for (const text of graphs) {
      const [, name, file] = /^([A-Za-z0-9._-]{1,100})=(.+)$/.exec(text) ?? []
      if (name === undefined || file === undefined) throw new AssayError('MINER_GRAPH_SETTING', { text, problem: 'it is not NAME=FILE' })
      if (opened.has(name)) throw new AssayError('MINER_GRAPH_SETTING', { text, problem: 'the name is taken' })
      opened.set(name, await createTensorEngine({ name, graph: expandHome(file), provider, threads, log }))
    }
    return opened
  } catch (error) {
    for (const engine of opened.values()) await engine.close()
    throw error
  }
}
