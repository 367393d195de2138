import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serveSide } from './serve-side.ts'
import type { SideSetup } from './side-messages.ts'

// node-llama-cpp as its own documentation uses it: sequences of one context, which it batches together.

/** The part of the package that is used; its types are not at hand where it is not installed. */
interface LlamaPackage {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<PeerModel>; dispose(): Promise<void> }>
}
interface PeerModel {
  createContext(options: object): Promise<{ getSequence(): PeerSequence }>
}
interface PeerSequence {
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>
  clearHistory(): Promise<void>
}

const { folder, threads, peers = '', context: contextSize }: SideSetup = JSON.parse(process.argv[2] ?? '{}')
const root = join(peers, 'node-llama-cpp')
const { main }: { main: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { getLlama }: LlamaPackage = await import(pathToFileURL(join(root, main)).href)
const llama = await getLlama({ build: 'never', gpu: false, logLevel: 'error', maxThreads: threads })
const model = await llama.loadModel({ modelPath: join(folder, 'model.gguf') })
const most = 16
const context = await model.createContext({ sequences: most, contextSize, threads, batchSize: 512 })
const sequences = Array.from({ length: most }, () => context.getSequence())

serveSide(
  {},
  async ({ streams, tokens, temperature, promptIds }) => {
    const startedMs = performance.now()
    let firstMs = 0
    let told = 0
    const answer = async (sequence: PeerSequence) => {
      await sequence.clearHistory()
      let left = tokens
      for await (const _token of sequence.evaluate(promptIds, { temperature, topK: 0, topP: 1, minP: 0, yieldEogToken: true })) {
        if (told === 0) firstMs = performance.now() - startedMs
        told += 1
        left -= 1
        if (left === 0) break
      }
    }
    await Promise.all(sequences.slice(0, streams).map(answer))
    return { tokens: told, firstMs }
  },
  () => llama.dispose(),
)
