import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRequestQueue } from '../../../../miner/scheduling/request-queue.ts'
import { shareTime } from '../../../../miner/scheduling/share-time.ts'
import { isAssayError } from '../../../../shared/errors/assay-error.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const rate = 200
const concurrency = 16
const seconds = 12
const deadlineMs = 4_000

interface Outcome {
  readonly caller: string
  readonly work: number
  readonly code: string
  readonly tookMs: number
}

/** Callers with these weights send `times` what a machine can carry, in equal parts; a third of the tokens that they ask for is used. */
async function overload(times: number, weights: Readonly<Record<string, number>>, callers = Object.keys(weights)): Promise<Outcome[]> {
  const now = () => Date.now()
  const machine = shareTime(rate, now)
  const queue = createRequestQueue({ limit: 64, concurrency, rate: () => rate, monotonicMs: now, weightOf: caller => weights[caller] ?? 1 })
  const random = seededRandom(1)
  const outcomes: Promise<Outcome>[] = []
  const send = async (caller: string): Promise<Outcome> => {
    const work = 30 + Math.floor(random() * 60)
    const startedMs = now()
    const spent = work / 3
    const code = await queue
      .add({
        ...{ caller, work, deadlineMs, deadlineAtMs: startedMs + deadlineMs, signal: new AbortController().signal },
        async run(signal) {
          const place = machine.enter(spent, () => undefined)
          signal.addEventListener('abort', () => place.leave(signal.reason))
          await place.until(spent)
        },
        spent: () => spent,
      })
      .then(
        () => 'answered',
        (error: unknown) => (isAssayError(error) ? error.code : String(error)),
      )
    return { caller, work: spent, code, tookMs: now() - startedMs }
  }
  // Mean work of 20 an answer.
  const everyMs = 1_000 / ((times * rate) / 20)
  for (let at = 0, index = 0; at < seconds * 1_000; at += everyMs, index++) {
    outcomes.push(send(callers[index % callers.length] ?? ''))
    await vi.advanceTimersByTimeAsync(everyMs)
  }
  await vi.advanceTimersByTimeAsync(deadlineMs)
  return await Promise.all(outcomes)
}

const workOf = (outcomes: readonly Outcome[]) => outcomes.filter(({ code }) => code === 'answered').reduce((sum, { work }) => sum + work, 0)

describe('a queue with ten times the load that its machine can carry', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('uses at least four fifths of the machine for answers that come in time, and refuses the rest at once', async () => {
    const outcomes = await overload(10, { one: 1 })
    expect(workOf(outcomes) / seconds).toBeGreaterThan(0.8 * rate)
    const refused = outcomes.filter(({ code }) => code !== 'answered')
    expect(new Set(refused.map(({ code }) => code))).not.toContain('MINER_STOPPING')
    const late = refused.filter(({ tookMs }) => tookMs > 0)
    expect(late.length / outcomes.length).toBeLessThan(0.05)
  })

  it('gives every caller its part by weight, whoever floods', async () => {
    // Two of three requests come from the one that weighs least.
    const outcomes = await overload(10, { big: 0.6, middle: 0.3, small: 0.1 }, ['big', 'small', 'middle', 'small', 'small', 'small'])
    const parts = ['big', 'middle', 'small'].map(name => workOf(outcomes.filter(({ caller }) => caller === name)) / (seconds * rate))
    expect(parts[0]).toBeGreaterThan(0.45)
    expect(parts[1]).toBeGreaterThan(0.2)
    expect(parts[2]).toBeGreaterThan(0.05)
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeGreaterThan(0.8)
  })
})
