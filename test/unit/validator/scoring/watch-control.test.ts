import { describe, expect, it } from 'vitest'
import { type ControlState, findControlProblem } from '../../../../validator/scoring/control-state.ts'
import type { SettledRound } from '../../../../validator/scoring/settled-round.ts'
import { watchControl } from '../../../../validator/scoring/watch-control.ts'
import { evidenceOfParts } from '../../../../validator/verification/evidence/suspend-checks.ts'
import type { Verdict } from '../../../../validator/verification/verdict.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

const base = toySubnet()
const subnet = toySubnet({ scoring: { ...base.scoring, convictionBlocks: 20 } })
const honest = { margin: 0.6, fingerprint: 0.7, logProb: 0.9 }
const answer = (parts: Parameters<typeof evidenceOfParts>[0] = honest, minerKey = 'control@1') =>
  toyVerdict({ minerKey, evidence: { tokens: 3, ...evidenceOfParts(parts) } })
const contradiction = () => toyVerdict({ minerKey: 'control@1', kind: 'fail', code: 'VERIFY_TEXT' })
const roundOf = (number: number, verdicts: readonly Verdict[], scoringVersion = 'v1'): SettledRound => ({
  ...{ number, block: number * 5, seconds: 4, present: [], verdicts, scoringVersion },
})
/** Plays rounds numbered from 1 and gives the state after each. */
const play = (rounds: readonly (readonly Verdict[])[]) => {
  let state: ControlState | undefined
  return rounds.map((verdicts, index) => {
    state = watchControl(state, 'control', roundOf(index + 1, verdicts), subnet)
    return state
  })
}
const suspendedIn = (rounds: readonly (readonly Verdict[])[]) => play(rounds).map(({ suspended }) => suspended)

describe('the control miner', () => {
  it('suspends nothing where it is honest, however long', () => {
    const states = play(Array.from({ length: 40 }, () => [answer(), answer()]))
    expect(states.flatMap(({ suspended }) => suspended)).toEqual([])
    expect(findControlProblem(states[39] as ControlState)).toBeNull()
    expect(states[39]?.answers).toHaveLength(20)
  })
  it('is suspected in one time of ten rounds of twenty at most, where its answers are as bad as an honest one’s may be: 75 of 1,500', () => {
    const random = seededRandom(5)
    // E-values of mean 1.
    const even = () => (random() < 0.02 ? 25.5 : 0.5)
    let suspected = 0
    for (let trail = 0; trail < 1_500; trail++) {
      const verdicts = Array.from({ length: 60 }, () => answer({ margin: even() }))
      if (watchControl(undefined, 'control', roundOf(1, verdicts), subnet).suspended.length > 0) suspected += 1
    }
    expect(suspected).toBeLessThanOrEqual(75)
    expect(suspected).toBeGreaterThan(0)
  })
  it('suspends exactly the check that it fails, in the very round in which it does', () => {
    expect(suspendedIn([[answer()], [answer({ ...honest, fingerprint: 1e6 })]])).toEqual([[], ['fingerprint']])
    const [state] = play([[answer({ margin: 1e6, logProb: 1e6 })]])
    expect(state?.suspended).toEqual(['margin', 'logProb'])
    expect(state && findControlProblem(state)).toContain('fails margin, logProb')
  })
  it('suspends a check that speaks against it softly, answer after answer, long before others could be convicted', () => {
    const states = suspendedIn(Array.from({ length: 10 }, () => [answer({ ...honest, margin: 3 })]))
    const first = states.findIndex(({ length }) => length > 0)
    expect(first).toBeGreaterThan(1)
    // Evidence of 1e4 takes more than nine such answers.
    expect(first).toBeLessThan(8)
  })
  it('lets a check count again ten rounds after the answer that it failed', () => {
    const states = suspendedIn([[answer({ ...honest, margin: 1e6 })], ...Array.from({ length: 11 }, () => [answer()])])
    expect(states.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
  })
  it('suspends nothing by silence, which is told', () => {
    const [state] = play([[answer({ margin: 1e9 }, 'other@1'), toyVerdict({ minerKey: 'control@1', kind: 'miss' })]])
    expect(state?.suspended).toEqual([])
    expect(state && findControlProblem(state)).toContain('no audited answer')
  })
  it('is the one hotkey that was named, and none whose address merely begins like it', () => {
    expect(suspendedIn([[answer({ margin: 1e9 }, 'control2@1')]])).toEqual([[]])
  })
  it('suspends nothing once it signed what contradicts itself, until the time of a conviction is over', () => {
    const bad = () => answer({ margin: 1e9 })
    const states = play([[bad(), contradiction()], [bad()], [bad()], [bad()], [bad()]])
    // At block 5, for 20 blocks.
    expect(states.map(({ suspended }) => suspended)).toEqual([[], [], [], [], ['margin']])
    expect(states.slice(0, 2).map(findControlProblem)).toEqual([
      'control signed what contradicts itself (VERIFY_TEXT): it suspends nothing before block 25',
      'control signed what contradicts itself: it suspends nothing before block 25',
    ])
  })
  it('is an alarm where the reference convicts it, and goes on to speak for the others', () => {
    const failed = { ...answer({ margin: 1e9 }), kind: 'fail' as const, code: 'VERIFY_LIKELIHOOD' }
    const [state] = play([[failed]])
    expect(state?.suspended).toEqual(['margin'])
    expect(state && findControlProblem(state)).toContain('VERIFY_LIKELIHOOD')
  })
  it('begins anew under another subnet file, and where another miner is named', () => {
    const before = watchControl(undefined, 'control', roundOf(1, [answer({ margin: 1e9 })]), subnet)
    expect(before.suspended).toEqual(['margin'])
    expect(watchControl(before, 'control', roundOf(2, [], 'v2'), subnet).suspended).toEqual([])
    expect(watchControl(before, 'other', roundOf(2, []), subnet).suspended).toEqual([])
  })
  it('is judged the same in whatever order the verdicts came', () => {
    const verdicts = [answer(), answer({ margin: 15 }), answer({ margin: 8 }), answer({ margin: 0.2 })]
    const states = [verdicts, [...verdicts].reverse()].map(list => watchControl(undefined, 'control', roundOf(1, list), subnet))
    expect(states[0]).toEqual(states[1])
  })
})
