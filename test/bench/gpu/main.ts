import { readHost } from '../../../shared/doctor/read-host.ts'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import { createLlamaEngine } from '../../../shared/engine/llama-cpp/create-llama-engine.ts'
import { llamaProviders } from '../../../shared/engine/llama-cpp/llama-providers.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider, providers } from '../../../shared/engine/onnx/providers.ts'
import { loadModel } from '../../../shared/models/load-model.ts'
import { formatTable } from '../../../shared/util/format-table.ts'
import { largeShape, writeRandomDecoder } from '../../support/random-decoder.ts'
import { openGguf } from '../../support/tiny-gguf.ts'
import { measureEngine } from './measure-engine.ts'

// `npm run bench:gpu`: each engine on each of its providers, the same weights. What cannot run here is said and left out, never guessed.
const written = await writeRandomDecoder(largeShape)
const model = await loadModel(written.folder)
const gguf = await openGguf(written.folder)
const reference = await createOnnxEngine({ model })
const trials: readonly (readonly [engine: string, provider: string, open: (log: (text: string) => void) => Promise<Engine>])[] = [
  ...Object.keys(providers).map(
    name => ['onnx', name, (log: (text: string) => void) => createOnnxEngine({ model, provider: parseProvider(name), log })] as const,
  ),
  ...Object.keys(llamaProviders)
    .filter(name => name !== 'metal' || process.platform === 'darwin')
    .map(
      name => ['llama-cpp', name, (log: (text: string) => void) => createLlamaEngine({ model: gguf.model, provider: name, log })] as const,
    ),
]
const rows: string[][] = []
let onGpu = 0
for (const [name, provider, open] of trials) {
  const warnings: string[] = []
  const engine = await open(text => warnings.push(text)).catch((error: unknown) => {
    warnings.push(error instanceof Error ? error.message : String(error))
  })
  if (engine?.provider === provider) {
    const { prefill, embedding, decode1, decode16, spread } = await measureEngine(engine, reference, model)
    const show = (value: number | null) => (value === null ? '-' : value.toFixed(0))
    rows.push([`${name} ${provider}`, show(prefill), show(embedding), show(decode1), show(decode16), spread.toExponential(1)])
    if (provider !== 'cpu') onGpu += 1
  } else rows.push([`${name} ${provider}`, 'not measured', '', '', '', ''])
  if (warnings[0] !== undefined) console.error(`${name} ${provider}: ${warnings[0].split('\n')[0]}`)
  await engine?.close()
}
await reference.close()
await gguf.remove()
await written.remove()
const { gpus, cores } = await readHost('.')
console.log(
  `${gpus.map(gpu => gpu.name).join(', ') || 'no GPU that nvidia-smi knows'}, ${cores} cores; a random decoder of 49 MB in fp32, 1 thread on the processor`,
)
console.log(formatTable(['engine', 'prefill tokens/s', 'embedding tokens/s', 'decode tokens/s', '16 at once', 'logit spread'], rows))
if (onGpu === 0) console.log('No GPU is at hand: nothing was measured on one.')
