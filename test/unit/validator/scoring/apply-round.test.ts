import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import { applyRound } from '../../../../validator/scoring/apply-round.ts'
import { emptyScores, readScoreState } from '../../../../validator/scoring/score-state.ts'
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

describe('what stands against a registration', () => {
  const near = () => [toyVerdict({ eValue: 5_000, minerKey: 'one@1' })]
  const coldkeys = { 'one@1': 'owner', 'two@5': 'owner', 'three@6': 'owner', 'other@5': 'stranger' }
  /** Rounds given as what is present and the verdicts. */
  const playOwners = (rounds: ReadonlyArray<readonly [present: readonly string[], verdicts: readonly Verdict[]]>) => {
    let state = emptyScores
    return rounds.map(([present, verdicts], index) => {
      const result = applyRound(state, { ...roundOf(index + 1, verdicts, present), coldkeys }, subnet)
      state = result.state
      return result
    })
  }
  it('follows its coldkey to the next hotkey: evidence that one left behind convicts the other', () => {
    const more = (minerKey: string) => [toyVerdict({ eValue: 5_000, minerKey })]
    const followed = playOwners([
      [['one@1'], near()],
      [['two@5'], []],
      [['two@5'], more('two@5')],
    ])
    expect(followed.map(({ convicted }) => convicted)).toEqual([[], [], ['two@5']])
    const stranger = playOwners([
      [['one@1'], near()],
      [['other@5'], []],
      [['other@5'], more('other@5')],
    ])
    expect(stranger[2]?.convicted).toEqual([])
  })
  it('is continued once: a second new hotkey of the coldkey starts with nothing', () => {
    const [, both] = playOwners([
      [['one@1'], near()],
      [['three@6', 'two@5'], []],
    ])
    expect(both?.state.miners['three@6']?.streams).not.toEqual({})
    expect(both?.state.miners['two@5']?.streams).toEqual({})
    expect(Object.keys(both?.state.miners ?? {})).toEqual(['three@6', 'two@5'])
  })
  it('leaves another hotkey of the coldkey alone that was there before', () => {
    const results = playOwners([
      [['one@1', 'two@5'], []],
      [['one@1', 'two@5'], [toyVerdict({ kind: 'fail', code: 'VERIFY_TEXT', minerKey: 'one@1' })]],
    ])
    expect(results[1]?.convicted).toEqual(['one@1'])
  })
  it('keeps a new hotkey at zero until the conviction of the old one has run', () => {
    const failed = [toyVerdict({ kind: 'fail', code: 'VERIFY_TEXT', minerKey: 'one@1' })]
    const serve = [toyVerdict({ minerKey: 'two@5' })]
    const results = playOwners([
      [['one@1'], failed],
      [['two@5'], serve],
      [['two@5'], serve],
      [['two@5'], serve],
      [['two@5'], serve],
    ])
    // Convicted at block 5, for 20 blocks: until block 25, which is round 5.
    expect(results.map(({ scores }) => scores.get('two@5'))).toEqual([undefined, 0, 0, 0, 2.5])
    expect(results[1]?.state.miners['two@5']).toMatchObject({ convictions: 1, convictedUntilBlock: 25 })
  })
  it('is remembered long after the window of one that went, and what speaks for it is not', () => {
    const idle = Array.from({ length: 8 }, () => [[], []] as const)
    const kept = playOwners([[['one@1'], near()], ...idle])
    const honest = playOwners([[['one@1'], [toyVerdict({ minerKey: 'one@1' })]], ...idle])
    expect(Object.keys(kept.at(-1)?.state.miners ?? {})).toEqual(['one@1'])
    expect(Object.keys(honest.at(-1)?.state.miners ?? {})).toEqual([])
  })
  it('keeps convictions and windows of a state from before evidence had streams', () => {
    const old = { window: [], evidence: { n: 3, mixture: [1] }, peakEvidence: 7, convictions: 1, convictedUntilBlock: 30, lastRound: 2 }
    expect(readScoreState({ miners: { 'one@1': old } }).miners).toEqual({
      'one@1': {
        window: [],
        peakEvidence: 7,
        convictions: 1,
        convictedUntilBlock: 30,
        lastRound: 2,
        coldkey: 'one',
        streams: {},
        pending: null,
      },
    })
  })
})

describe('a round in which most fail the statistical checks', () => {
  const file = { ...subnet, evidence: { ...subnet.evidence, massFailure: { share: 0.6, leastColdkeys: 4 } } }
  const keys = ['a@1', 'b@1', 'c@1', 'd@1', 'e@1']
  const caught = (minerKey: string) => toyVerdict({ minerKey, eValue: 1e8 })
  const passed = (minerKey: string) => toyVerdict({ minerKey })
  const roundFor = (number: number, failing: number, scoringVersion = 'v1'): SettledRound => ({
    ...roundOf(
      number,
      keys.map((name, index) => (index < failing ? caught(name) : passed(name))),
      keys,
    ),
    scoringVersion,
  })
  const play = (rounds: readonly SettledRound[]) => {
    let state = emptyScores
    return rounds.map(round => {
      const result = applyRound(state, round, file)
      state = result.state
      return result
    })
  }
  it('convicts nobody, raises an alarm, and those answers earn nothing', () => {
    const [result] = play([roundFor(1, 4)])
    expect(result?.failures).toMatchObject({ judged: 5, failed: 4, isMass: true })
    expect(result?.convicted).toEqual([])
    expect(keys.map(name => result?.scores.get(name))).toEqual([0, 0, 0, 0, 2.5])
  })
  it('convicts as ever where three of five fail', () => {
    const [result] = play([roundFor(1, 3)])
    expect(result?.failures.isMass).toBe(false)
    expect(result?.convicted).toEqual(['a@1', 'b@1', 'c@1'])
  })
  it('is made up for in the first round in which most do not: what waited convicts', () => {
    const [, , third] = play([roundFor(1, 5), roundFor(2, 5), roundFor(3, 0)])
    expect(third?.convicted).toEqual(keys)
    expect(third?.convictions.map(({ reason }) => reason)).toEqual(keys.map(() => 'pending'))
  })
  it('is forgotten where the owner mends the file: what waited was reached under bounds that were perhaps wrong', () => {
    const [, second, third] = play([roundFor(1, 5), roundFor(2, 0, 'v2'), roundFor(3, 0, 'v2')])
    expect([second?.convicted, third?.convicted]).toEqual([[], []])
  })
  it('is forgotten where the control miner fails a check before the round that would convict', () => {
    const [, second, third] = play([roundFor(1, 5), { ...roundFor(2, 0), suspended: ['margin'] }, roundFor(3, 0)])
    expect([second?.convicted, third?.convicted]).toEqual([[], []])
  })
  it('is not made by convicts that go on cheating: sacrificed keys hold up no conviction', () => {
    // Three convicts and one more of five fail: among the two that are free that is half.
    const [, second] = play([roundFor(1, 3), roundFor(2, 4)])
    expect(second?.failures).toMatchObject({ failed: 4, isMass: false })
    expect(second?.convicted).toContain('d@1')
  })
  it('never holds up a fail', () => {
    const round = roundFor(1, 5)
    const [result] = play([{ ...round, verdicts: [...round.verdicts, toyVerdict({ minerKey: 'e@1', kind: 'fail', code: 'VERIFY_TEXT' })] }])
    expect(result?.convicted).toEqual(['e@1'])
  })
  it('does not end while nothing is judged at all', () => {
    const [, second] = play([roundFor(1, 5), { ...roundOf(2, [], keys), scoringVersion: 'v1' }])
    expect(second?.convicted).toEqual([])
  })
})
