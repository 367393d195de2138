import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serveSide } from './serve-side.ts'
import type { SideSetup } from './side-messages.ts'

// Transformers.js as its own documentation uses it: fp32 on the processor, one answer with a streamer, or many as one batch.

/** The part of the package that is used; its types are not at hand where it is not installed. */
interface Transformers {
  readonly AutoModelForCausalLM: { from_pretrained(folder: string, options: object): Promise<PeerModel> }
  readonly Tensor: new (type: string, data: BigInt64Array, dims: readonly number[]) => object
  readonly BaseStreamer: new () => object
}
interface PeerModel {
  readonly generation_config: { eos_token_id: number | null } | null
  readonly config: { eos_token_id: number | null }
  generate(options: object): Promise<{ readonly dims: readonly number[] }>
  dispose(): Promise<unknown>
}

const { folder, threads, peers = '' }: SideSetup = JSON.parse(process.argv[2] ?? '{}')
const entry = createRequire(join(peers, 'entry.js')).resolve('@huggingface/transformers')
const { AutoModelForCausalLM, Tensor, BaseStreamer }: Transformers = await import(pathToFileURL(entry).href)

// It looks for the graph in a folder of its own.
const layout = mkdtempSync(join(tmpdir(), 'assay-peer-'))
mkdirSync(join(layout, 'onnx'))
symlinkSync(join(folder, 'model.onnx'), join(layout, 'onnx', 'model.onnx'))
for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) symlinkSync(join(folder, file), join(layout, file))
const model = await AutoModelForCausalLM.from_pretrained(layout, {
  ...{ dtype: 'fp32', device: 'cpu', local_files_only: true },
  session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
})
// Without an end every answer has its full length.
model.config.eos_token_id = null
if (model.generation_config !== null) model.generation_config.eos_token_id = null

serveSide(
  {},
  async ({ streams, tokens, temperature, promptIds }) => {
    const startedMs = performance.now()
    let firstMs = 0
    let told = -1
    class Streamer extends BaseStreamer {
      put() {
        told += 1
        // It is given the prompt first.
        if (told === 1) firstMs = performance.now() - startedMs
      }
      end() {}
    }
    const ids = BigInt64Array.from(Array.from({ length: streams }, () => promptIds).flat(), BigInt)
    const dims = [streams, promptIds.length]
    const result = await model.generate({
      inputs: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
      ...{ max_new_tokens: tokens, do_sample: temperature > 0 },
      // A batch cannot be streamed there.
      ...(streams === 1 && { streamer: new Streamer() }),
    })
    return { tokens: streams * ((result.dims[1] ?? 0) - promptIds.length), firstMs }
  },
  async () => {
    await model.dispose()
    rmSync(layout, { recursive: true, force: true })
  },
)
