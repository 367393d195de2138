import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyRound } from '../../validator/scoring/apply-round.ts'
import { emptyScores } from '../../validator/scoring/score-state.ts'
import type { Verdict, VerdictKind } from '../../validator/verification/verdict.ts'
import { scoresToWeights } from '../../validator/weights/scores-to-weights.ts'
import { fixedRate } from '../support/fixed-rate.ts'
import { toySubnet } from '../support/subnet-terms.ts'

const subnet = toySubnet()
const keys = ['a@1', 'b@1', 'c@2']

const verdict = (kinds: readonly VerdictKind[]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    minerKey: fc.constantFrom(...keys),
    eValue: fc.oneof(fc.constant(0.5), fc.double({ min: 0.5, max: 60, noNaN: true })),
    work: fc.double({ min: 0, max: 100, noNaN: true }),
  })
const rounds = (kinds: readonly VerdictKind[]) =>
  fc.array(fc.array(verdict(kinds), { maxLength: 12 }), { minLength: 1, maxLength: 6 }).map(list =>
    list.map((round, number) =>
      round.map(({ kind, minerKey, eValue, work }, index): Verdict => {
        const paid = kind === 'pass' || kind === 'unaudited'
        return {
          requestId: `${number}${index}`.padStart(32, '0'),
          minerKey,
          kind,
          code: null,
          evidence: {},
          eValue: kind === 'pass' ? eValue : null,
          stream: null,
          work: paid ? work : 0,
          askedWork: 120,
          auditRate: 1,
          auditReason: fixedRate,
          commitmentBlock: null,
        }
      }),
    ),
  )
const play = (list: readonly (readonly Verdict[])[]) => {
  let state = emptyScores
  return list.map((verdicts, number) => {
    const result = applyRound(state, { number, block: number, seconds: 60, present: keys, verdicts }, subnet)
    state = result.state
    return result
  })
}
const all: readonly VerdictKind[] = ['pass', 'pass', 'pass', 'miss', 'unaudited', 'void', 'fail']
const settings = { numRuns: 150, seed: 42 }

it('the order of answers never changes scores or state', () => {
  fc.assert(
    fc.property(rounds(all), fc.infiniteStream(fc.nat()), (list, order) => {
      const shuffled = list.map(verdicts =>
        verdicts
          .map(value => ({ value, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value),
      )
      expect(play(shuffled)).toEqual(play(list))
    }),
    settings,
  )
})

it('more evidence of cheating never pays: no score of any round rises while the longest conviction lasts', () => {
  const worse = fc.record({ round: fc.nat(5), place: fc.nat(11), change: fc.constantFrom('fail', 'miss', 'evidence') })
  fc.assert(
    fc.property(rounds(all), worse, (list, { round, place, change }) => {
      const target = list[round]?.[place]
      fc.pre(target !== undefined && target.kind !== 'void')
      const changed = list.map(verdicts =>
        verdicts.map((value): Verdict => {
          if (value !== target) return value
          if (change === 'evidence') return value.eValue === null ? value : { ...value, eValue: value.eValue * 50 }
          return { ...value, kind: change === 'fail' ? 'fail' : 'miss', work: 0, eValue: change === 'fail' ? value.eValue : null }
        }),
      )
      // A miss takes its e-value along; one that spoke against the miner is no more evidence of cheating, but less.
      fc.pre(change !== 'miss' || (target?.eValue ?? 0) <= 1)
      const before = play(list)
      const after = play(changed)
      for (const [index, { scores }] of after.entries())
        for (const key of keys) expect(scores.get(key) ?? 0).toBeLessThanOrEqual((before[index]?.scores.get(key) ?? 0) + 1e-9)
    }),
    settings,
  )
})

it('work that is never verified never pays, however much of it there is', () => {
  fc.assert(
    fc.property(rounds(['miss', 'void', 'fail']), list => {
      for (const { scores } of play(list)) for (const score of scores.values()) expect(score).toBe(0)
    }),
    settings,
  )
})

const score = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(0), fc.double())
const scoreMap = fc.array(score, { maxLength: 40 }).map(list => new Map(list.map((value, uid) => [uid, value])))
const limits = fc.record({ maxWeightsLimit: fc.integer({ min: 1, max: 65_535 }), minAllowedWeights: fc.integer({ min: 0, max: 10 }) })

it('weights are u16 with their maximum at 65535, none above the cap unless too few earn, and in the order of the scores', () => {
  fc.assert(
    fc.property(scoreMap, limits, (scores, limit) => {
      const vector = scoresToWeights(scores, limit)
      const sound = (value: number) => (Number.isFinite(value) && value > 0 ? value : 0)
      const top = Math.max(0, ...[...scores.values()].map(sound))
      const earning = [...scores.values()].filter(value => sound(value) / top > 0).length
      if (vector === null) {
        expect(earning).toBe(0)
        return
      }
      const { uids, values } = vector
      expect(new Set(uids).size).toBe(uids.length)
      for (const value of values) expect(Number.isInteger(value) && value >= 0 && value <= 65_535).toBe(true)
      expect(Math.max(...values)).toBe(65_535)
      expect(values.filter(value => value > 0).length).toBe(earning)
      expect(uids.length).toBeGreaterThanOrEqual(Math.min(scores.size, limit.minAllowedWeights))
      const sum = values.reduce((a, b) => a + b, 0)
      const cap = limit.maxWeightsLimit / 65_535
      if (earning * cap > 1) expect(65_535 / sum).toBeLessThanOrEqual(cap + 1e-12)
      const weightOf = new Map(uids.map((uid, index) => [uid, values[index] ?? 0]))
      const byScore = [...scores].sort(([, a], [, b]) => sound(a) - sound(b)).map(([uid]) => weightOf.get(uid) ?? 0)
      expect(byScore).toEqual([...byScore].sort((a, b) => a - b))
    }),
    { numRuns: 300, seed: 42 },
  )
})
