import { largeShape } from '../../support/random-decoder.ts'
import type { Figure } from '../figure.ts'
import type { Ratio } from '../measure-ratio.ts'
import { measureLatency } from '../serving/measure-latency.ts'
import { measureSides, type ServingSide, type SlicePlan, speedRatio } from '../serving/measure-sides.ts'
import { openServingBench, type ServingBench } from '../serving/open-bench.ts'
import { statisticOf } from '../serving/statistic-of.ts'

/** Answers are drawn at temperature 1 everywhere: what each engine does with the logits is its own. */
const temperature = 1

/** The least of each ratio, on the 49 MB decoder and on assay-tiny; what has none is reported. */
const targets: Readonly<Record<string, readonly [large: number | null, tiny: number | null]>> = {
  'http-over-inprocess-1': [0.85, 0.85],
  'http-over-inprocess-16': [0.85, 0.85],
  'over-transformersjs-1': [1, 2],
  'over-transformersjs-16': [1.5, 1.5],
  'over-llamacpp-1': [null, 1],
  'over-llamacpp-16': [null, 1],
}

/** The miner's door beside its engine and beside two peers: each in a process of its own, one thread, the client in another; a token a chunk. */
export async function measure(): Promise<Figure[]> {
  const tiny = await withBench(undefined, async bench => {
    await warmUp(bench)
    const figures = await measureSpeed(bench, '-tiny', { tokens: 64, plan: { rounds: 7, sliceCpu: 0.4, warmUpCpu: 2 } })
    return [...figures, ...(await measureLatency(bench))]
  })
  const large = await withBench(largeShape, bench =>
    measureSpeed(bench, '', { tokens: 32, plan: { rounds: 5, sliceCpu: 0.4, warmUpCpu: 1 } }),
  )
  return [...large, ...tiny]
}

/** What runs once a request reaches its speed after thousands of them, and beside a model as small as this it counts. */
async function warmUp({ caller }: ServingBench): Promise<void> {
  const short = { tokens: 1, temperature }
  const lane = async (ask: typeof caller.open) => {
    for (let request = 0; request < 125; request++) await ask(short)
  }
  for (const ask of [caller.open, caller.sealed]) await Promise.all(Array.from({ length: 16 }, () => lane(ask)))
}

async function withBench(shape: typeof largeShape | undefined, run: (bench: ServingBench) => Promise<Figure[]>): Promise<Figure[]> {
  const bench = await openServingBench(shape)
  try {
    return await run(bench)
  } finally {
    await bench.close()
  }
}

async function measureSpeed(
  bench: ServingBench,
  tag: '' | '-tiny',
  { tokens, plan }: { readonly tokens: number; readonly plan: SlicePlan },
): Promise<Figure[]> {
  const times = await measureSides(sidesOf(bench, tokens, tag === '-tiny'), plan)
  const where = tag === '' ? '49 MB random decoder' : 'assay-tiny'
  const figures: Figure[] = []
  const compare = (name: string, side: keyof typeof times, base: keyof typeof times, what: string) => {
    const [ours = [], theirs = []] = [times[side], times[base]]
    if (ours.length === 0 || theirs.length === 0) return
    const target = targets[name]?.[tag === '' ? 0 : 1] ?? null
    const goal = target === null ? 'reported' : `at least ${target}`
    figures.push(ratio(`${name}${tag}`, speedRatio(ours, theirs, 'cpu'), `tokens per CPU second, ${what}, ${where}; ${goal}`))
    figures.push(ratio(`${name}-wall${tag}`, speedRatio(ours, theirs, 'wall'), 'the same per second of the clock; reported'))
  }
  const door = "streamed through the miner's door over the same engine called in its process"
  for (const streams of [1, 16] as const) compare(`http-over-inprocess-${streams}`, `door-${streams}`, `engine-${streams}`, door)
  compare('receipt-over-inprocess-16', 'sealed-16', 'engine-16', 'the same in a session and with receipts')
  for (const streams of [1, 16] as const) {
    const mode = streams === 1 ? 'streaming' : 'its own batched generate'
    compare(
      `over-transformersjs-${streams}`,
      `door-${streams}`,
      `transformers-${streams}`,
      `the miner's door over Transformers.js, ${mode}`,
    )
    compare(`over-llamacpp-${streams}`, `door-${streams}`, `llama-${streams}`, "the miner's door over node-llama-cpp in process")
  }
  if (tag === '') return figures
  figures.push(
    ratio('engine-a-a', speedRatio(times['engine-16'], times['again-16'], 'cpu'), 'the same side twice: the noise of these figures'),
  )
  const control = speedRatio(times['told-16'], times['engine-16'], 'cpu')
  figures.push(ratio('http-control-16', control, 'negative control: 20 log-probabilities with every chunk must miss 0.85'))
  if (control.high >= 0.85) throw new Error(`the negative control read ${control.high}: this run cannot tell 0.85 from it`)
  const added = times['door-16'].map(({ cpu }, round) => 1e6 * (cpu - (times['engine-16'][round]?.cpu ?? Number.NaN)))
  figures.push({
    ...statisticOf('stream-chunk-cpu-us', added, 'us'),
    note: "CPU of a streamed token over that of the same token in process, its share of the request's included, 16 streams of 64",
  })
  return figures
}

type Sides = 'door-1' | 'engine-1' | 'door-16' | 'engine-16' | 'again-16' | 'sealed-16' | 'told-16' | PeerSides
type PeerSides = 'transformers-1' | 'transformers-16' | 'llama-1' | 'llama-16'

function sidesOf({ assay, caller, transformers, llama }: ServingBench, tokens: number, withControls: boolean): Record<Sides, ServingSide> {
  const { promptIds } = assay.ready
  const inProcess = (side: typeof transformers, streams: number): ServingSide => ({
    pid: side?.pid ?? 0,
    run: async () => (await side?.run({ streams, tokens, temperature, promptIds }))?.tokens ?? 0,
  })
  const throughDoor = (streams: number, call: () => Promise<unknown>): ServingSide => ({
    pid: assay.pid,
    async run() {
      await Promise.all(Array.from({ length: streams }, call))
      return streams * tokens
    },
  })
  const open = (more: { topLogProbs?: number } = {}) => caller.open({ tokens, temperature, ...more })
  const sides: Record<Sides, ServingSide | undefined> = {
    'door-1': throughDoor(1, open),
    'engine-1': inProcess(assay, 1),
    'transformers-1': transformers && inProcess(transformers, 1),
    'llama-1': llama && inProcess(llama, 1),
    'door-16': throughDoor(16, open),
    'engine-16': inProcess(assay, 16),
    'transformers-16': transformers && inProcess(transformers, 16),
    'llama-16': llama && inProcess(llama, 16),
    'sealed-16': throughDoor(16, () => caller.sealed({ tokens, temperature })),
    'told-16': withControls ? throughDoor(16, () => open({ topLogProbs: 20 })) : undefined,
    'again-16': withControls ? inProcess(assay, 16) : undefined,
  }
  return Object.fromEntries(Object.entries(sides).filter(([, side]) => side !== undefined)) as Record<Sides, ServingSide>
}

function ratio(name: string, value: Ratio, note: string): Figure {
  return { name, ...value, unit: 'x', note }
}
