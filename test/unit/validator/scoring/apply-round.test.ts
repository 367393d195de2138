import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import { applyRound } from '../../../../validator/scoring/apply-round.ts'
import { emptyScores } from '../../../../validator/scoring/score-state.ts'
import type { SettledRound } from '../../../../validator/scoring/settled-round.ts'
import { standingOf } from '../../../../validator/scoring/standing-of.ts'
import type { Verdict } from '../../../../validator/verification/verdict.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

const base = toySubnet()
const subnet = toySubnet({ scoring: { ...base.scoring, windowRounds: 3, convictionBlocks: 20 } })
const key = 'honest@1'
const roundOf = (number: number, verdicts: readonly Verdict[], present: readonly string[] = [key]): SettledRound => ({
  number,
  block: number * 5,
  seconds: 4,
  present,
  verdicts,
})
/** Plays rounds numbered from 1 and gives what each returned. */
const play = (rounds: readonly (readonly Verdict[])[], present?: readonly string[]) => {
  let state = emptyScores
  return rounds.map((verdicts, index) => {
    const result = applyRound(state, roundOf(index + 1, verdicts, present), subnet)
    state = result.state
    return result
  })
}
const scoresOf = (rounds: readonly (readonly Verdict[])[]) => play(rounds).map(({ scores }) => scores.get(key))
const passes = (count: number) => Array.from({ length: count }, () => toyVerdict())
const fail = () => toyVerdict({ kind: 'fail', code: 'VERIFY_TEXT' })

describe('a score', () => {
  it('is verified work per second over the last rounds of the window', () => {
    expect(scoresOf([passes(2), passes(4), passes(0 + 6), passes(2)])).toEqual([20 / 4, 60 / 8, 120 / 12, 120 / 12])
  })
  it('counts unaudited answers provisionally and misses as nothing', () => {
    expect(scoresOf([[toyVerdict({ kind: 'unaudited' }), toyVerdict({ kind: 'miss' })]])).toEqual([10 / 4])
  })
  it('leaves out rounds in which nothing was offered', () => {
    expect(scoresOf([passes(2), [], [], [], passes(4)])).toEqual([5, 5, 5, 5, 60 / 8])
  })
  it('is neither raised nor lowered by void answers', () => {
    const voided = () => toyVerdict({ kind: 'void', code: 'VERIFY_CANARY' })
    expect(scoresOf([passes(2), [...passes(1), voided()], [voided(), voided()]])).toEqual([5, 5, 5])
  })
  it('is zero for a miner that is present and was never asked', () => {
    expect(scoresOf([[]])).toEqual([0])
  })
  it('belongs to a registration: who comes back under the same hotkey starts with nothing', () => {
    const [, result] = play([passes(3), []], [key, 'honest@9'])
    expect(result?.scores).toEqual(
      new Map([
        ['honest@1', 30 / 4],
        ['honest@9', 0],
      ]),
    )
  })
})

describe('a conviction', () => {
  it('strikes the whole window, keeps the score at zero for the stated blocks, and then the miner starts anew', () => {
    const rounds = [passes(2), passes(2), [...passes(5), fail()], passes(2), passes(2), passes(2), passes(4)]
    // Settled at block 15, 20 blocks: until block 35, which is round 7.
    expect(scoresOf(rounds)).toEqual([5, 5, 0, 0, 0, 0, 10])
  })
  it('comes from evidence of 1/alpha, although every answer passed', () => {
    const cheat = () => toyVerdict({ eValue: 500 })
    const results = play([passes(3), [cheat()], [cheat(), cheat()], passes(1)])
    expect(results.map(({ scores }) => scores.get(key))).toEqual([7.5, 40 / 8, 0, 0])
    expect(results.map(({ convicted }) => convicted)).toEqual([[], [], [key], [key]])
    const standing = standingOf(results[3]?.state ?? emptyScores, key)
    expect(standing).toMatchObject({ convictions: 1, convictedUntilBlock: 15 + 20 })
    expect(standing.evidenceLog10).toBeGreaterThan(4)
  })
  it('is renewed where the miner goes on while convicted', () => {
    const cheat = () => [toyVerdict({ eValue: 5_000 }), toyVerdict({ eValue: 5_000 }), toyVerdict({ eValue: 5_000 })]
    const results = play([cheat(), passes(1), cheat(), passes(1), passes(1), passes(1), passes(1)])
    expect(results.map(({ scores }) => scores.get(key))).toEqual([0, 0, 0, 0, 0, 0, 2.5])
    expect(standingOf(results[2]?.state ?? emptyScores, key)).toMatchObject({ convictions: 2, convictedUntilBlock: 35 })
  })
  it('leaves other miners alone', () => {
    const other = toyVerdict({ minerKey: 'other@2' })
    const [result] = play([[fail(), other]], [key, 'other@2'])
    expect(result?.scores).toEqual(
      new Map([
        [key, 0],
        ['other@2', 2.5],
      ]),
    )
  })
  it('is not forgotten while the miner hides its endpoint, nor before it has left for a whole window', () => {
    const results = play([[fail()], [], [], []])
    expect(results.map(({ convicted }) => convicted.length)).toEqual([1, 1, 1, 1])
  })
})

describe('the state', () => {
  it('drops a miner that has been gone from the metagraph for longer than the window', () => {
    let { state } = applyRound(emptyScores, roundOf(1, passes(1)), subnet)
    for (const number of [2, 3, 4]) state = applyRound(state, roundOf(number, [], []), subnet).state
    expect(Object.keys(state.miners)).toEqual([key])
    expect(Object.keys(applyRound(state, roundOf(5, [], []), subnet).state.miners)).toEqual([])
  })
  it('is the same bytes after a restart from its stored form', () => {
    const first = applyRound(emptyScores, roundOf(1, passes(3)), subnet).state
    const restored = JSON.parse(JSON.stringify(first))
    const next = roundOf(2, [...passes(1), toyVerdict({ eValue: 1 / 3, work: 1 / 3 })])
    const results = [first, restored].map(state => canonicalJson(JSON.parse(JSON.stringify(applyRound(state, next, subnet).state))))
    expect(results[0]).toBe(results[1])
  })
})
