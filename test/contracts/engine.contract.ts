import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, GeneratedToken, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { fromFloat16 } from '../../shared/proof/float16.ts'

/** An engine under test, with what is known of its model. */
export interface EngineSubject {
  readonly engine: Engine
  /** A prompt that the model answers with at least 30 tokens at temperature 1. */
  readonly promptIds: readonly number[]
  readonly eosIds: ReadonlySet<number>
  readonly vocab: number
  readonly context: number
  /** Ends what is around the engine; the suite closes the engine itself. */
  stop(): Promise<void>
}

/** What engines may differ in; the suite leaves out what one cannot do and expects the rest of all. */
export interface EngineAbilities {
  /** Follows the noise key: one legal token at each place. False where the sampler is somebody else's. */
  readonly seeded: boolean
  /** Tells tokens before the end. */
  readonly streams: boolean
  /** Largest difference between the log-probability that generation states and that scoring finds. */
  readonly scoreTolerance: number
  /** Largest margin of an honest answer. */
  readonly marginTolerance: number
  /** Largest change of a log-probability that company may bring; 0 means not one bit. */
  readonly companyTolerance: number
  /** Whether a token id out of the vocabulary and a prompt over the context are refused before they are run. */
  readonly refusesEarly: boolean
}

const never = new AbortController().signal

/** The contract of shared/engine/engine-port.ts. */
export function describeEngine(name: string, open: () => Promise<EngineSubject>, abilities: EngineAbilities): void {
  describe(`${name} as an engine`, () => {
    let subject: EngineSubject
    let engine: Engine
    beforeAll(async () => {
      subject = await open()
      engine = subject.engine
    })
    afterAll(async () => {
      await engine.close()
      await subject.stop()
    })
    const request = (key: number, maxTokens = 24, temperature = abilities.seeded ? 1 : 0): GenerateRequest => ({
      promptIds: subject.promptIds,
      sampling: { temperature, topK: 0, maxTokens },
      noiseKey: new Uint8Array(32).fill(key),
    })

    it('answers at most as many tokens as are asked for, and says why it ended', async () => {
      const { tokenIds, logProbs, finishReason } = await engine.generate(request(1), never)
      expect(logProbs.length).toBe(tokenIds.length)
      const ended = subject.eosIds.has(tokenIds.at(-1) ?? -1)
      expect(finishReason).toBe(ended ? 'stop' : 'length')
      expect(ended ? tokenIds.length <= 24 : tokenIds.length === 24).toBe(true)
      expect(tokenIds.slice(0, -1).some(id => subject.eosIds.has(id))).toBe(false)
      expect(logProbs.every(logProb => logProb <= 1e-5)).toBe(true)
    })

    it('tells every token once, in order, before the answer', async () => {
      const told: GeneratedToken[] = []
      let steps = 0
      const answer = await engine.generate(request(2), never, tokens => {
        told.push(...tokens)
        steps += 1
      })
      expect(told.map(({ tokenId }) => tokenId)).toEqual(answer.tokenIds)
      expect(told.map(({ logProb }) => Math.fround(logProb))).toEqual([...answer.logProbs])
      if (abilities.streams) expect(steps).toBeGreaterThan(1)
    })

    it('gives the highest logit at temperature 0, whatever the noise key is', async () => {
      const [one, other] = await Promise.all([1, 2].map(key => engine.generate(request(key, 12, 0), never)))
      expect(other?.tokenIds).toEqual(one?.tokenIds)
    })

    it('names the likeliest tokens where it is asked to, best first', async () => {
      const answer = await engine.generate({ ...request(3, 6, 0), topLogProbs: 3 }, never)
      expect(answer.top?.length).toBe(answer.tokenIds.length)
      for (const [index, list] of (answer.top ?? []).entries()) {
        expect(list.length).toBe(3)
        expect(list[0]?.[0]).toBe(answer.tokenIds[index])
        expect(Math.fround(list[0]?.[1] ?? 1)).toBeCloseTo(answer.logProbs[index] ?? 0, 5)
        expect([...list].sort((a, b) => b[1] - a[1])).toEqual(list)
      }
      expect((await engine.generate(request(3, 2, 0), never)).top).toBeUndefined()
    })

    it.runIf(abilities.seeded)('follows the noise key', async () => {
      const [one, again, other] = await Promise.all([5, 5, 6].map(key => engine.generate(request(key), never)))
      expect(again?.tokenIds).toEqual(one?.tokenIds)
      expect(other?.tokenIds).not.toEqual(one?.tokenIds)
    })

    it('answers in company as it does alone', async () => {
      const alone: Generation[] = []
      for (const key of [7, 8, 9]) alone.push(await engine.generate(request(key), never))
      const together = await Promise.all([7, 8, 9].map(key => engine.generate(request(key), never)))
      expect(together.map(({ tokenIds }) => tokenIds)).toEqual(alone.map(({ tokenIds }) => tokenIds))
      expect(greatestDifference(together, alone)).toBeLessThanOrEqual(abilities.companyTolerance)
    })

    it('finds nothing wrong with its own answer', async () => {
      const asked = request(10)
      const answer = await engine.generate(asked, never)
      const { margins, logProbs } = await engine.score({ ...asked, tokenIds: answer.tokenIds }, never)
      expect(Math.max(...margins)).toBeLessThanOrEqual(abilities.marginTolerance)
      const apart = answer.logProbs.map((value, index) => Math.abs(value - (logProbs[index] ?? Number.NaN)))
      expect(Math.max(...apart)).toBeLessThanOrEqual(abilities.scoreTolerance)
    })

    it.runIf(abilities.seeded)('finds a large margin in an answer to another noise key', async () => {
      const { tokenIds } = await engine.generate(request(11), never)
      const { margins } = await engine.score({ ...request(12), tokenIds }, never)
      expect(margins.reduce((sum, margin) => sum + margin, 0) / margins.length).toBeGreaterThan(0.05)
    })

    it('tells the highest logits of each place, where it can see logits', async () => {
      const { topLogits } = engine
      if (topLogits === undefined) return
      const { tokenIds } = await engine.generate(request(13, 4, 0), never)
      const ids = [...subject.promptIds, ...tokenIds]
      const rows = await topLogits({ tokenIds: ids, from: subject.promptIds.length, count: 2 }, never)
      expect(rows.map(row => row[0]?.[0])).toEqual(tokenIds)
    })

    it('gives texts a direction, the same for the same text, where it can see hidden rows', async () => {
      const { embed } = engine
      if (embed === undefined) return
      const [one, again, other] = await Promise.all(
        [subject.promptIds, subject.promptIds, subject.promptIds.slice(0, 2)].map(ids => embed(ids, never)),
      )
      expect(again).toEqual(one)
      expect(other).not.toEqual(one)
      expect(Math.hypot(...(one ?? []))).toBeCloseTo(1, 4)
    })

    it('lets go of an answer whose caller leaves, with the reason, and answers the next', async () => {
      const caller = new AbortController()
      const answer = engine.generate(request(14, 200), caller.signal)
      caller.abort(new Error('the caller is gone'))
      await expect(answer).rejects.toThrow('the caller is gone')
      expect((await engine.generate(request(14, 2, 0), never)).tokenIds.length).toBeGreaterThan(0)
    })

    it('lets go in the middle of a stream and tells nothing more', async () => {
      const caller = new AbortController()
      let told = 0
      const answer = engine.generate(request(15, 200), caller.signal, tokens => {
        told += tokens.length
        caller.abort(new Error('enough'))
      })
      await expect(answer).rejects.toThrow('enough')
      const before = told
      await engine.generate(request(15, 2, 0), never)
      expect(told).toBe(before)
    })

    it.runIf(abilities.refusesEarly)('refuses what its model cannot run, by the codes of the table', async () => {
      const run = (promptIds: readonly number[]) => engine.generate({ ...request(1), promptIds }, never)
      await expect(run([])).rejects.toMatchObject({ code: 'ENGINE_CONTEXT' })
      await expect(run(new Array(subject.context).fill(subject.promptIds[0]))).rejects.toMatchObject({ code: 'ENGINE_CONTEXT' })
      await expect(run([subject.vocab])).rejects.toMatchObject({ code: 'ENGINE_TOKEN_ID' })
    })

    it('tells what it holds, where it knows, and holds nothing when it is idle', async () => {
      const { load } = engine
      if (load === undefined) return
      let busiest = 0
      await engine.generate(request(16, 12, 0), never, () => {
        busiest = Math.max(busiest, load().running)
      })
      expect(busiest).toBeLessThanOrEqual(1)
      expect(load()).toMatchObject({ running: 0, waiting: 0 })
      expect(load().kvBytes).toBeLessThanOrEqual(load().kvLimitBytes)
    })

    it('tells the last hidden rows behind an answer, streamed or at its end, or refuses where it cannot see them', async () => {
      const wanting = { ...request(6), wantHidden: true }
      const size = engine.hiddenSize
      if (size === undefined) {
        await expect(engine.generate(wanting, never)).rejects.toMatchObject({ code: 'ENGINE_HIDDEN' })
        await expect(engine.score({ ...wanting, tokenIds: [1] }, never)).rejects.toMatchObject({ code: 'ENGINE_HIDDEN' })
        return
      }
      const streamed: GeneratedToken[] = []
      // In company that wants none: what one caller asks for is no other's business.
      const [whole, , plain] = await Promise.all([
        engine.generate(wanting, never),
        engine.generate(wanting, never, tokens => streamed.push(...tokens)),
        engine.generate(request(6), never),
      ])
      expect(whole.hidden?.hidden).toBe(size)
      expect(whole.hidden?.patterns.length).toBe(size * whole.tokenIds.length)
      expect(plain.hidden).toBeUndefined()
      expect(plain.tokenIds).toEqual(whole.tokenIds)
      expect(streamed.flatMap(({ hidden }) => [...(hidden ?? [])])).toEqual([...(whole.hidden?.patterns ?? [])])

      const { hidden: own } = await engine.score({ ...wanting, tokenIds: whole.tokenIds }, never)
      expect(own?.length).toBe(size * whole.tokenIds.length)
      const furthest = (own ?? new Float32Array()).reduce((most, value, at) => {
        const told = fromFloat16(whole.hidden?.patterns[at] ?? 0)
        return Math.max(most, Math.abs(told - value) / Math.max(1, Math.abs(value)))
      }, 0)
      expect(furthest).toBeLessThan(2e-3)
    })
  })

  it(`${name} refuses every call after it was closed, those under way included`, async () => {
    const { engine, promptIds, stop } = await open()
    const request = { promptIds, sampling: { temperature: 0, topK: 0, maxTokens: 100 }, noiseKey: new Uint8Array(32) }
    const underWay = expect(engine.generate(request, never)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await engine.close()
    await underWay
    await expect(engine.generate(request, never)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
    await stop()
  })
}

function greatestDifference(left: readonly Generation[], right: readonly Generation[]): number {
  const apart = left.flatMap(({ logProbs }, answer) =>
    [...logProbs].map((value, index) => Math.abs(value - (right[answer]?.logProbs[index] ?? Number.NaN))),
  )
  return Math.max(...apart)
}
