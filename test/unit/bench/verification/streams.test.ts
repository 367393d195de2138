import { describe, expect, it } from 'vitest'
import { combineChecks } from '../../../bench/verification/combine-checks.ts'
import { layTokens } from '../../../bench/verification/lay-tokens.ts'
import { measureMember } from '../../../bench/verification/measure-member.ts'
import { createNullStreams } from '../../../bench/verification/null-streams.ts'
import { ascending } from '../../../bench/verification/roc.ts'
import { proofChecks, streamScores, tokenChecks } from '../../../bench/verification/stream-checks.ts'
import { toySample } from './toy-sample.ts'

const checkNamed = (name: string) => {
  const check = [...tokenChecks, ...proofChecks].find(one => one.name === name)
  if (check === undefined) throw new Error(`no check ${name}`)
  return check
}
const scored = (scores: readonly number[]) => ({ scores: Float64Array.from(scores), sorted: ascending(scores) })

describe('streams of tokens', () => {
  it('are disjoint, of exactly so many tokens, and drop the rest', () => {
    const laid = layTokens([toySample(7), toySample(8), toySample(9)], { chunkRows: 8 })
    expect(laid.count).toBe(24)
    expect(streamScores(laid, checkNamed('margin'), 10)).toHaveLength(2)
    expect(streamScores(laid, checkNamed('margin'), 25)).toHaveLength(0)
  })

  it('clip margins, so that a masked token counts like one at the clip', () => {
    const laid = layTokens([toySample(4, { margins: Float32Array.of(Number.POSITIVE_INFINITY, 0.25, 0, 0.5) })], { chunkRows: 8 })
    expect(streamScores(laid, checkNamed('margin'), 4)).toEqual(Float64Array.of((1 + 0.5 + 0 + 1) / 4))
  })

  it('count a chunk with its last token, and a short one with the last of the answer', () => {
    const laid = layTokens([toySample(11, { chunks: Float32Array.of(2, 6) })], { chunkRows: 8 })
    expect([...laid.chunks].map(value => (Number.isNaN(value) ? null : value))).toEqual([...Array(7).fill(null), 2, null, null, 6])
  })

  it('hold stochastic tokens alone where those are asked for', () => {
    const sample = toySample(4, { entropies: Float32Array.of(0.001, 0.06, 1, 0.05) })
    expect(layTokens([sample], { chunkRows: 8, stochasticOnly: true }).count).toBe(2)
  })

  it('show a check nothing where the engine shows no hidden rows', () => {
    const laid = layTokens([toySample(8, { distances: new Float32Array(), chunks: new Float32Array() })], { chunkRows: 8 })
    expect(streamScores(laid, checkNamed('fingerprint'), 4)).toHaveLength(0)
    expect(streamScores(laid, checkNamed('toploc'), 8)).toHaveLength(0)
    expect(streamScores(laid, checkNamed('margin'), 4)).toHaveLength(2)
  })

  it('take text that is too likely for as strange as text that is too unlikely', () => {
    const [low = 0] = streamScores(
      layTokens([toySample(20, { surprisals: new Float32Array(20).fill(0.1) })], { chunkRows: 8 }),
      checkNamed('likelihood'),
      20,
    )
    const [high = 0] = streamScores(
      layTokens([toySample(20, { surprisals: new Float32Array(20).fill(0.9) })], { chunkRows: 8 }),
      checkNamed('likelihood'),
      20,
    )
    expect(low).toBeGreaterThan(0.5)
    expect(low).toBeCloseTo(high, 5)
  })
})

describe('checks combined', () => {
  const honest = [scored([1, 2, 3, 4]), scored([4, 3, 2, 1])]
  const combine = (scores: readonly (readonly number[])[], isHonest: boolean) =>
    combineChecks(
      honest.map((one, index) => ({ honest: one, scores: Float64Array.from(scores[index] ?? []) })),
      isHonest,
    )

  it('score a stream by the check that finds it strangest', () => {
    const [strange = 0, usual = 0] = combine(
      [
        [1, 2],
        [4, 2],
      ],
      false,
    )
    expect(strange).toBeGreaterThan(usual)
  })

  it('charge honest streams for every check that may raise an alarm', () => {
    const scores = combine(
      [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      true,
    )
    // The highest of each check are two streams of four: half of them score as the strangest.
    expect([...scores].filter(score => score === Math.max(...scores))).toHaveLength(2)
  })

  it('keep ordering streams that lie beyond all honest ones', () => {
    const [near = 0, far = 0] = combine(
      [
        [5, 50],
        [1, 1],
      ],
      false,
    )
    expect(far).toBeGreaterThan(near)
  })
})

describe('a member of the gallery', () => {
  it('that honest streams cannot be told from is caught no more often than they are', () => {
    const samples = Array.from({ length: 400 }, (_, index) =>
      toySample(20, { margins: new Float32Array(20).fill(((index * 37) % 101) / 1_000) }),
    )
    const { rows } = measureMember(createNullStreams(samples), samples)
    const margin = rows.find(({ check, counted }) => check === 'margin' && counted === 'all')
    expect(margin?.cells[0]?.truePositiveRates[0]).toBeLessThanOrEqual(0.01)
    expect(margin?.cells[0]?.auc).toBeCloseTo(0.5, 10)
  })

  it('whose every margin is at the clip is caught by it in every stream', () => {
    const honest = createNullStreams(Array.from({ length: 400 }, () => toySample(20)))
    const { rows } = measureMember(honest, [toySample(20, { margins: new Float32Array(20).fill(0.5) })])
    const margin = rows.find(({ check, counted }) => check === 'margin' && counted === 'all')
    expect(margin?.cells[0]?.truePositiveRates[0]).toBe(1)
  })
})
