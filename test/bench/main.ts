import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { formatTable } from '../../shared/util/format-table.ts'
import type { Figure } from './figure.ts'

// Each file measures some figures; the names are stated here so that --only loads nothing else.
const benches = [
  { file: './figures/control.ts', names: ['control-a-a'] },
  { file: './figures/sr25519.ts', names: ['sr25519-over-wasm'] },
  {
    file: './figures/auth.ts',
    names: [
      'session-auth-over-plain',
      'session-floor-over-plain',
      'session-control-over-plain',
      'answered-request-over-plain',
      'answered-floor-over-plain',
      'answered-whole-over-plain',
      'answered-control-over-plain',
      'sr25519-auth-over-wasm',
      'sr25519-auth-twice-over-wasm',
    ],
  },
  { file: './figures/epoch.ts', names: ['epoch-256x64-ms'] },
  { file: './figures/metagraph.ts', names: ['metagraph-256-ms', 'metagraph-over-per-neuron'] },
  {
    file: './figures/verify.ts',
    names: [
      'verify-over-bare-prefill',
      'verify-over-bare-prefill-tokens',
      'verify-over-bare-prefill-tiny',
      'verify-over-generate-64',
      'verify-over-generate-256',
      'verify-over-generate-256-batch16',
    ],
  },
  {
    file: './figures/batching.ts',
    names: [
      'scheduler-over-raw-batch16',
      'scheduler-over-raw-batch16-greedy',
      'batch16-over-serial',
      'scheduler-over-raw-batch16-tiny',
      'scheduler-over-raw-batch16-greedy-tiny',
      'batch16-over-serial-tiny',
    ],
  },
  {
    file: './figures/serving.ts',
    names: [
      'http-over-inprocess-1',
      'http-over-inprocess-1-wall',
      'http-over-inprocess-1-tiny',
      'http-over-inprocess-1-wall-tiny',
      'http-over-inprocess-16',
      'http-over-inprocess-16-wall',
      'http-over-inprocess-16-tiny',
      'http-over-inprocess-16-wall-tiny',
      'receipt-over-inprocess-16',
      'receipt-over-inprocess-16-wall',
      'receipt-over-inprocess-16-tiny',
      'receipt-over-inprocess-16-wall-tiny',
      'over-transformersjs-1',
      'over-transformersjs-1-wall',
      'over-transformersjs-1-tiny',
      'over-transformersjs-1-wall-tiny',
      'over-llamacpp-1',
      'over-llamacpp-1-wall',
      'over-llamacpp-1-tiny',
      'over-llamacpp-1-wall-tiny',
      'over-transformersjs-16',
      'over-transformersjs-16-wall',
      'over-transformersjs-16-tiny',
      'over-transformersjs-16-wall-tiny',
      'over-llamacpp-16',
      'over-llamacpp-16-wall',
      'over-llamacpp-16-tiny',
      'over-llamacpp-16-wall-tiny',
      'engine-a-a',
      'http-control-16',
      'stream-chunk-cpu-us',
      'stream-ttft-added-ms',
      'small-model-e2e-p50-ms',
      'small-model-ttft-p50-ms',
    ],
  },
] as const

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } })
const only = values.only?.split(',')
const known = benches.flatMap(({ names }) => names as readonly string[])
const unknown = only?.filter(name => !known.includes(name)) ?? []
if (unknown.length > 0) {
  process.stderr.write(`There is no figure ${unknown.join(', ')}; the figures are ${known.join(', ')}.\n`)
  process.exit(2)
}

const figures: Figure[] = []
for (const { file, names } of benches) {
  if (only !== undefined && !names.some(name => only.includes(name))) continue
  process.stderr.write(`measuring ${names.join(', ')}\n`)
  const module: { measure(): Promise<Figure[]> } = await import(new URL(file, import.meta.url).href)
  const startedMs = performance.now()
  figures.push(...(await module.measure()))
  process.stderr.write(`  in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s\n`)
}

const show = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))
const rows = figures.map(({ name, value, low, high, unit, note }) => [name, show(value), `${show(low)} .. ${show(high)}`, unit, note])
process.stdout.write(`${formatTable(['figure', 'value', 'interval', 'unit', 'note'], rows)}\n`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`)
process.exit(0)
