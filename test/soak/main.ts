// `npm run soak`: what a miner's memory does over a hundred thousand requests, and whether each of them is told what became of it.
import { parseArgs } from 'node:util'
import { runSoak, type SoakOptions, type SoakResult, type Tally } from './run-soak.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    overload: { type: 'string', default: '20' },
    control: { type: 'string', default: '20000' },
  },
})
const points = 20
const mostSlope = 20_000
const mostRss = 30_000_000
const leakBytes = 100

const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} KB`
const mb = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`
const say = (line: string) => process.stdout.write(`${line}\n`)

async function run(title: string, options: Omit<SoakOptions, 'points' | 'onPoint'>): Promise<SoakResult> {
  say(`${title}: ${options.requests} requests`)
  const startedMs = performance.now()
  const result = await runSoak({
    ...options,
    points,
    onPoint: (done, { heapBytes, externalBytes, rssBytes }) =>
      say(`  ${String(done).padStart(7)} requests  heap and external ${mb(heapBytes + externalBytes)}  resident ${mb(rssBytes)}`),
  })
  say(
    `  ${((performance.now() - startedMs) / 1_000).toFixed(0)} s; slope ${kb(result.growth.slope)} per 1,000 requests, at most ${kb(result.growth.upper)} (95 %)`,
  )
  return result
}

function tell(name: string, { sent, answered, disconnected, lost, refused }: Tally): void {
  const reasons = Object.entries(refused).map(([code, count]) => `${count} ${code}`)
  say(
    `  ${name}: ${sent} sent, ${answered} answered, ${disconnected} left by their callers, ${lost.length} lost; refused: ${reasons.join(', ') || 'none'}`,
  )
}

/** Why a run fails; empty where it passes. */
function problemsOf({ growth, rssGrowthBytes, calm, overload, left }: SoakResult): string[] {
  return [
    ...(growth.upper <= mostSlope
      ? []
      : [`heap and external grow by up to ${kb(growth.upper)} per 1,000 requests; ${kb(mostSlope)} is the most`]),
    ...(rssGrowthBytes <= mostRss ? [] : [`resident memory grew by ${mb(rssGrowthBytes)}; ${mb(mostRss)} is the most`]),
    ...(calm.lost.length + overload.lost.length > 0
      ? [`${calm.lost.length + overload.lost.length} requests were neither answered nor refused`]
      : []),
    ...(left > 0 ? [`${left} answers are still in the engine`] : []),
  ]
}

const result = await run('the miner', { requests: Number(values.requests), warmUp: 10_000, overloadSeconds: Number(values.overload) })
tell('calm', result.calm)
tell('overload', result.overload)
say(`  resident memory ${result.rssGrowthBytes < 0 ? 'fell' : 'grew'} by ${mb(Math.abs(result.rssGrowthBytes))}`)
const problems = problemsOf(result)

const control = await run(`the control, which keeps ${leakBytes} bytes of every request`, {
  ...{ requests: Number(values.control), warmUp: 2_000, overloadSeconds: 0, leakBytes },
})
if (control.growth.upper <= mostSlope) problems.push('the control that leaks passed: this run cannot tell a leak')
for (const problem of problems) say(`FAILED: ${problem}`)
if (problems.length === 0) say('passed')
process.exit(problems.length === 0 ? 0 : 1)
