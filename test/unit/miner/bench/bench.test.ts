import { beforeAll, describe, expect, it } from 'vitest'
import { benchModel } from '../../../../miner/bench/bench-model.ts'
import { benchPrompt } from '../../../../miner/bench/bench-prompt.ts'
import { measureRate } from '../../../../miner/bench/measure-rate.ts'
import { benchOptions, checkChallenge } from '../../../../miner/bench/options.ts'
import { residentBytes } from '../../../../miner/bench/resident-bytes.ts'
import { runBench } from '../../../../miner/bench/run-bench.ts'
import type { Engine, GenerateRequest } from '../../../../shared/engine/engine-port.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { findBenchmarkProblem } from '../../../../shared/identity/find-benchmark-problem.ts'
import { pairFromUri } from '../../../../shared/identity/key-pair.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { parseSignedBenchmark } from '../../../../shared/protocol/benchmark.ts'
import { loadSettings } from '../../../../shared/settings/load-settings.ts'
import { tinyModelFolder } from '../../../support/test-miner.ts'

const signal = new AbortController().signal

/** An engine on a clock of its own: a prompt token takes 1 ms and an output token 10, one request after the other. */
function timedEngine(manifestDigest: string) {
  let nowMs = 1_000
  let turn: Promise<unknown> = Promise.resolve()
  const generate = async (
    { promptIds, sampling }: GenerateRequest,
    until: AbortSignal,
    onTokens?: (tokens: { tokenId: number; logProb: number }[]) => void,
  ) => {
    until.throwIfAborted()
    nowMs += promptIds.length
    const tokenIds: number[] = []
    while (tokenIds.length < Math.min(100, sampling.maxTokens)) {
      nowMs += 10
      tokenIds.push(40)
      onTokens?.([{ tokenId: 40, logProb: -1 }])
    }
    return { tokenIds, logProbs: new Float32Array(tokenIds.length), finishReason: 'length' as const }
  }
  const engine: Engine = {
    ...{ manifestDigest, provider: 'timed', score: () => Promise.reject(new Error('not here')), close: async () => {} },
    generate(request, until, onTokens) {
      const mine = turn.then(() => generate(request, until, onTokens))
      turn = mine.catch(() => {})
      return mine
    },
    load: () => ({ running: 1, waiting: 0, kvBytes: 4_096, kvLimitBytes: 65_536 }),
  }
  return { engine, monotonicMs: () => nowMs }
}

describe('the benchmark of a machine', () => {
  let model: LoadedModel
  beforeAll(async () => {
    await waitForCrypto()
    model = await loadModel(tinyModelFolder)
  })

  it('measures what the engine does per second', async () => {
    const { engine, monotonicMs } = timedEngine(model.manifestDigest)
    const steps: string[] = []
    const found = await benchModel({
      ...{ model, openEngine: async () => engine, batches: [1, 4], ms: 20_000, monotonicMs, residentBytes: () => null, signal },
      onStep: what => steps.push(what),
    })
    const [alone, together] = found.rates
    const promptTokens = Math.min(512, model.contextLength - 2)
    for (const rates of [alone, together]) expect(rates?.prefill).toBeCloseTo((1_000 * promptTokens) / (promptTokens + 10), 0)
    // Prompts of 8 tokens before every 100: 1000 / (10 + 0.08).
    expect(alone?.decode).toBeGreaterThan(98)
    expect(alone?.decode).toBeLessThan(100.5)
    expect(found).toMatchObject({ provider: 'timed', kvBytes: 4_096, kvLimitBytes: 65_536, residentBytes: null, openMs: 18 })
    expect(found.capacity).toBe(Math.max(alone?.decode ?? 0, together?.decode ?? 0))
    expect(steps).toHaveLength(5)
  })

  it('asks with another prompt every time, of exactly the length that was asked for', () => {
    const prompts = Array.from({ length: 20 }, (_, seed) => benchPrompt(model, 30, seed))
    expect(prompts.every(({ length }) => length === 30)).toBe(true)
    expect(new Set(prompts.map(ids => ids.slice(0, 8).join())).size).toBe(20)
  })

  it('waits for an engine that is slower than the measurement, and fails with what a run throws', async () => {
    let nowMs = 0
    const rate = await measureRate({
      ...{ lanes: 1, ms: 1, monotonicMs: () => nowMs, signal },
      async run(_, until, count) {
        await new Promise(resolve => setTimeout(resolve, 20))
        until.throwIfAborted()
        nowMs += 2_000
        count(10)
      },
    })
    expect(rate).toBe(5)
    const failing = measureRate({ lanes: 2, ms: 1_000, monotonicMs: () => 0, signal, run: () => Promise.reject(new Error('no device')) })
    await expect(failing).rejects.toThrow('no device')
  })

  it('signs what it measured, for the one who asked for it', async () => {
    const hotkey = pairFromUri('//Miner')
    const { engine, monotonicMs } = timedEngine(model.manifestDigest)
    const challenge = 'ab'.repeat(32)
    const lines: string[] = []
    const settings = loadSettings(benchOptions, { flags: { seconds: 1, benchBatch: 2, challenge, modelFolder: tinyModelFolder } })
    const modules = {
      loadModel: async () => model,
      openEngine: async () => ({ engine }),
      readHotkey: async () => hotkey,
      nowMs: () => 5_000,
      monotonicMs,
    }
    const signed = await runBench({ settings, modules, stream: { write: text => lines.push(text) }, signal })
    const received = parseSignedBenchmark(JSON.parse(JSON.stringify(signed)))
    const terms = { hotkey: hotkey.hotkey, challenge, nowMs: 6_000, maxAgeMs: 3_600_000 }
    expect(findBenchmarkProblem(received, terms)).toBeNull()
    expect(lines.at(-1)).toMatch(/^bench: 100 % 5 of 5 steps/)

    const { benchmark, signature } = received
    const [first] = benchmark.models
    if (first === undefined) throw new Error('no model')
    const better = { ...benchmark, models: [{ ...first, capacity: first.capacity * 2 }] }
    expect(findBenchmarkProblem({ benchmark: better, signature }, terms)).toBe('the signature does not hold')
    expect(findBenchmarkProblem(received, { ...terms, hotkey: pairFromUri('//Alice').hotkey })).toBe("it is another hotkey's")
    expect(findBenchmarkProblem(received, { ...terms, challenge: null })).toBe('it answers another challenge')
    expect(findBenchmarkProblem(received, { ...terms, nowMs: 4_000_000_000 })).toBe('it is too old')
    expect(findBenchmarkProblem(received, { ...terms, nowMs: -70_000 })).toBe('it was made in the future')
    expect(() => parseSignedBenchmark({ benchmark: { ...benchmark, program: '\u001b[2J' }, signature })).toThrow('/benchmark/program')
  })

  it('refuses a challenge that is none, and knows the memory of its own process', () => {
    expect(() => checkChallenge(loadSettings(benchOptions, { flags: { challenge: 'ABC' } }))).toThrow('--challenge: expected 64 hex digits')
    const bytes = residentBytes()
    if (bytes !== null) expect(bytes).toBeGreaterThan(10_000_000)
  })
})
