import { fileURLToPath } from 'node:url'
import type { Engine, GenerateRequest } from '../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { meanClippedMargin } from '../support/mean-clipped-margin.ts'
import { tinyPrompts } from '../support/tiny-prompts.ts'

// Measures how far honest answers deviate from the reference, for `marginBound` of a subnet file:
// npx tsx test/bench/honest-margin.ts [model folder] [answers]
const clip = 0.5
const temperatures = [0, 0.7, 1]
const least = 1e-4
const never = new AbortController().signal

const folder = process.argv[2] ?? fileURLToPath(new URL('../../config/models/assay-tiny', import.meta.url))
const answers = Number(process.argv[3] ?? 1_000)
const variants = [1, 2].flatMap(threads => [1, 8].map(batch => ({ threads, batch })))

const model = await loadModel(folder)
const reference = await createOnnxEngine({ model })
const all: number[] = []
for (const [index, { threads, batch }] of variants.entries()) {
  const engine = await createOnnxEngine({ model, threads })
  const shares = await measure(engine, requestsOf(model, index, Math.ceil(answers / variants.length)), batch)
  await engine.close()
  all.push(...shares)
  console.log(
    `threads ${threads}, ${batch} at once: ${shares.length} answers, mean ${mean(shares).toExponential(2)}, largest ${Math.max(...shares).toExponential(2)}`,
  )
}
await reference.close()
const bound = Math.max(10 * mean(all), least)
console.log(`all: ${all.length} answers, mean clipped margin over the clip of ${clip}: ${mean(all).toExponential(2)}`)
console.log(`marginBound: ${bound.toPrecision(2)} (ten times the mean, at least ${least})`)

function requestsOf({ promptIdsOf }: LoadedModel, seed: number, count: number): GenerateRequest[] {
  return tinyPrompts(seed + 1, count).map((content, index) => ({
    promptIds: promptIdsOf({ messages: [{ role: 'user', content }] }),
    sampling: { temperature: temperatures[index % temperatures.length] ?? 1, topK: 0, maxTokens: 64 },
    noiseKey: Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? index % 256 : at === 1 ? index >> 8 : seed)),
  }))
}

async function measure(engine: Engine, requests: readonly GenerateRequest[], batch: number): Promise<number[]> {
  const shares: number[] = []
  for (let start = 0; start < requests.length; start += batch) {
    const group = requests.slice(start, start + batch)
    const generations = await Promise.all(group.map(request => engine.generate(request, never)))
    for (const [index, request] of group.entries()) {
      const statistics = await reference.score({ ...request, tokenIds: generations[index]?.tokenIds ?? [] }, never)
      shares.push(meanClippedMargin(statistics.margins, clip))
    }
  }
  return shares
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
