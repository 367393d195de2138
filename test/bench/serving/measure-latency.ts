import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from '../figure.ts'
import type { DoorCaller } from './door-caller.ts'
import type { ServingBench } from './open-bench.ts'
import { statisticOf } from './statistic-of.ts'

const pairs = 150
const warmUp = 30
const temperature = 1
const answerTokens = 32
const loadSeconds = 8

/** What the door adds to the first token of a lone stream, and what a caller sees at half of the load that the miner can carry. */
export async function measureLatency(bench: ServingBench): Promise<Figure[]> {
  const added = await addedMs(bench)
  const { firstMs, wholeMs, perSecond } = await atHalfLoad(bench.caller)
  return [
    {
      ...statisticOf('stream-ttft-added-ms', added, 'ms'),
      note: 'first token of a stream over HTTP minus that in process, one at a time; at most 1',
    },
    {
      ...statisticOf('small-model-e2e-p50-ms', wholeMs, 'ms'),
      note: `${answerTokens} tokens of assay-tiny in a session, from the time it was due to its receipt, ${perSecond.toFixed(0)} requests a second (half load); at most 180`,
    },
    {
      ...statisticOf('small-model-ttft-p50-ms', firstMs, 'ms'),
      note: "the same to the first token; the field's claim is 100, the network's way included",
    },
  ]
}

async function addedMs({ assay, caller }: ServingBench): Promise<number[]> {
  const { promptIds } = assay.ready
  const inProcess = async () => (await assay.run({ streams: 1, tokens: 2, temperature, promptIds })).firstMs
  const overHttp = async () => (await caller.open({ tokens: 2, temperature })).firstMs
  const added: number[] = []
  for (let pair = 0; pair < pairs + warmUp; pair++) {
    const [first, second, third, fourth] = [await inProcess(), await overHttp(), await overHttp(), await inProcess()]
    if (pair >= warmUp) added.push((second + third - first - fourth) / 2)
  }
  return added
}

/** Requests at fixed times, whatever becomes of those before: a queue that grows is seen. */
async function atHalfLoad(caller: DoorCaller): Promise<{ firstMs: number[]; wholeMs: number[]; perSecond: number }> {
  const ask = () => caller.sealed({ tokens: answerTokens, temperature })
  const rounds = 4
  const beganMs = performance.now()
  for (let round = 0; round < rounds; round++) await Promise.all(Array.from({ length: 16 }, ask))
  const perSecond = (16 * rounds * 1_000) / (performance.now() - beganMs) / 2
  const everyMs = 1_000 / perSecond
  const startedMs = performance.now()
  const answers = Array.from({ length: Math.ceil(loadSeconds * perSecond) }, async (_, index) => {
    const dueMs = startedMs + index * everyMs
    await wait(Math.max(0, dueMs - performance.now()))
    const lateMs = performance.now() - dueMs
    const { firstMs, wholeMs } = await ask()
    return { firstMs: firstMs + lateMs, wholeMs: wholeMs + lateMs }
  })
  const all = await Promise.all(answers)
  return { firstMs: all.map(({ firstMs }) => firstMs), wholeMs: all.map(({ wholeMs }) => wholeMs), perSecond }
}
