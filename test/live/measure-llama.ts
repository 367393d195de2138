import type { Engine, GenerateRequest } from '../../shared/engine/engine-port.ts'
import { createLlamaEngine } from '../../shared/engine/llama-cpp/create-llama-engine.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { meanClippedMargin } from '../../validator/verification/evidence/margin-e-value.ts'
import { tinyModelFolder } from '../support/test-miner.ts'
import { openGguf } from '../support/tiny-gguf.ts'
import { tinyPrompts } from '../support/tiny-prompts.ts'

// Measures llama.cpp on this machine beside ONNX Runtime: npx tsx test/live/measure-llama.ts [provider] [model folder] [answers] [fp32 or fp16 cache]
const [provider = 'cpu', folder = tinyModelFolder, count = '240', cache = 'fp32'] = process.argv.slice(2)
const clip = 0.5
const temperatures = [0, 0.7, 1]
const never = new AbortController().signal

const { model, remove } = await openGguf(folder)
const reference = await loadModel(folder)
const requests = requestsOf(reference, Number(count))
const onnx = await createOnnxEngine({ model: reference })
const llama = await createLlamaEngine({ model, provider, exactCache: cache === 'fp32' })
console.log(`${model.manifest.name}, llama.cpp on ${llama.provider} with a cache of ${cache}, ONNX Runtime on ${onnx.provider}, 1 thread`)

// Interleaved, so that a busy machine is as unkind to one as to the other.
const speeds: Record<string, number[]> = {}
for (let round = 0; round < 5; round++)
  for (const [name, engine] of [
    ['llama.cpp', llama],
    ['ONNX Runtime', onnx],
  ] as const)
    for (const batch of [1, 16]) {
      const key = `${name}, ${batch} at once`
      speeds[key] = [...(speeds[key] ?? []), await tokensPerSecond(engine, requests.slice(0, batch))]
    }
for (const [name, values] of Object.entries(speeds)) console.log(`${name}: ${median(values).toFixed(0)} tokens/s`)

let logitSpread = 0
const probe = requests[0]?.promptIds ?? []
const [ours, theirs] = await Promise.all(
  [llama, onnx].map(engine => engine.topLogits?.({ tokenIds: probe, from: 1, count: model.vocabSize }, never)),
)
for (const [place, row] of (ours ?? []).entries()) {
  const other = new Map(theirs?.[place])
  for (const [token, logit] of row) logitSpread = Math.max(logitSpread, Math.abs(logit - (other.get(token) ?? Number.NaN)))
}
console.log(`largest difference of a logit over ${probe.length - 1} places: ${logitSpread.toExponential(2)}`)

const shares: number[] = []
let flips = 0
let tokens = 0
let largest = 0
for (let start = 0; start < requests.length; start += 16) {
  const group = requests.slice(start, start + 16)
  const answers = await Promise.all(group.map(request => llama.generate(request, never)))
  for (const [index, request] of group.entries()) {
    const { margins } = await onnx.score({ ...request, tokenIds: answers[index]?.tokenIds ?? [] }, never)
    shares.push(meanClippedMargin(margins, clip))
    flips += margins.filter(margin => margin > 0).length
    tokens += margins.length
    largest = Math.max(largest, ...margins)
  }
}
const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
console.log(
  `${shares.length} honest answers of 16 at once, judged by ONNX Runtime: ${flips} of ${tokens} tokens are not the reference's, largest margin ${largest.toExponential(2)}`,
)
console.log(`mean clipped margin over the clip of ${clip}: mean ${mean.toExponential(2)}, largest ${Math.max(...shares).toExponential(2)}`)
await Promise.all([onnx.close(), llama.close()])
await remove()

function requestsOf({ promptIdsOf }: LoadedModel, answers: number): GenerateRequest[] {
  return tinyPrompts(7, answers).map((content, index) => ({
    promptIds: promptIdsOf({ messages: [{ role: 'user', content }] }),
    sampling: { temperature: temperatures[index % temperatures.length] ?? 1, topK: 0, maxTokens: 64 },
    noiseKey: Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? index % 256 : at === 1 ? index >> 8 : 9)),
  }))
}

async function tokensPerSecond(engine: Engine, batch: readonly GenerateRequest[]): Promise<number> {
  const started = performance.now()
  const answers = await Promise.all(batch.map(request => engine.generate(request, never)))
  return (1_000 * answers.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)) / (performance.now() - started)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
