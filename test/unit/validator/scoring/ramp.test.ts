import { describe, expect, it } from 'vitest'
import type { RoundMiner } from '../../../../validator/challenge/drawn-request.ts'
import { applyRamp, type RampRound } from '../../../../validator/scoring/apply-ramp.ts'
import { offeredRates } from '../../../../validator/scoring/offered-rates.ts'
import { emptyRamp, type RampState } from '../../../../validator/scoring/ramp-state.ts'
import type { Verdict } from '../../../../validator/verification/verdict.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

const subnet = toySubnet()
const key = 'honest@1'
const miner: RoundMiner = { uid: 1, hotkey: 'honest', coldkey: 'owner', registeredAtBlock: 1, host: '127.0.0.2', port: 1 }
const start: RampState = { miners: { [key]: { rate: 12, recent: [], held: false } } }
const roundOf = (verdicts: readonly Verdict[], offered = 12, parts: Partial<RampRound> = {}): RampRound => ({
  number: 1,
  block: 5,
  seconds: 10,
  present: [key],
  verdicts,
  offered: new Map([[key, offered]]),
  convicted: [],
  ...parts,
})
const passes = (count: number) => Array.from({ length: count }, () => toyVerdict())
const misses = (count: number) => Array.from({ length: count }, () => toyVerdict({ kind: 'miss' }))
const rateAfter = (round: RampRound, before: RampState = start) => applyRamp(before, round, subnet).miners[key]?.rate

describe('the load offered', () => {
  it('starts with the cold-start rate shared by the uids of a coldkey or an address, whichever are more', () => {
    const of = (uid: number, coldkey: string, host: string) => ({ ...miner, uid, hotkey: `h${uid}`, coldkey, host })
    const miners = [
      of(1, 'a', '127.0.0.2'),
      of(2, 'a', '127.0.0.3'),
      of(3, 'b', '127.0.0.3'),
      of(4, 'c', '127.0.0.3'),
      of(5, 'd', '127.0.0.9'),
    ]
    expect([...offeredRates(emptyRamp, miners, subnet).values()]).toEqual([10, 20 / 3, 20 / 3, 20 / 3, 20])
  })
  it('counts an address however it is written, and all IPv6 addresses of one network, as one', () => {
    const of = (uid: number, host: string) => ({ ...miner, uid, hotkey: `h${uid}`, coldkey: `c${uid}`, host })
    const miners = [of(1, '192.0.2.1'), of(2, '::ffff:c000:201'), of(3, '2001:db8::1'), of(4, '2001:db8::2'), of(5, '2001:db8:0:1::1')]
    expect([...offeredRates(emptyRamp, miners, subnet).values()]).toEqual([10, 10, 10, 10, 20])
  })
  it('grows by the factor after a round without a miss', () => {
    expect(rateAfter(roundOf(passes(10)))).toBe(18)
  })
  it('does not grow where the offered work was not really asked', () => {
    expect(rateAfter(roundOf(passes(8)))).toBe(12)
  })
  it('falls to the rate of what was answered, and half a request for the rounding', () => {
    expect(rateAfter(roundOf([...passes(5), ...misses(5)]))).toBeCloseTo(60 / 10 + (0.5 * 12) / 10, 12)
  })
  it('grows by the root of the factor near a capacity that was met before', () => {
    const before = applyRamp(start, roundOf([...passes(5), ...misses(5)]), subnet)
    expect(rateAfter(roundOf(passes(6), 6.6), before)).toBeCloseTo(6.6 * Math.sqrt(1.5), 12)
  })
  it('is not thrown back by one bad round where the last eight were better', () => {
    let state = start
    for (let round = 0; round < 7; round++) state = applyRamp(state, roundOf([...passes(8), ...misses(2)]), subnet)
    const rate = rateAfter(roundOf([...passes(2), ...misses(8)]), state) ?? 0
    expect(rate).toBeCloseTo((7 * 96 + 24) / 80 + 0.6, 12)
  })
  it('never falls below one request of the least length per round', () => {
    const rate = rateAfter(roundOf(misses(1), 0.1)) ?? 0
    expect(rate).toBeGreaterThanOrEqual(8 / 10)
  })
  it('counts void answers neither way', () => {
    const voided = Array.from({ length: 5 }, () => toyVerdict({ kind: 'void', code: 'VERIFY_CANARY' }))
    expect(rateAfter(roundOf(voided))).toBe(12)
    expect(rateAfter(roundOf([...passes(5), ...voided]))).toBe(12)
    expect(rateAfter(roundOf([...passes(5), ...misses(5), ...voided]))).toBeCloseTo(60 / (10 * (120 / 180)) + 0.6, 12)
  })
  it('stays as it was for a miner that was not asked, and is forgotten with one that left', () => {
    expect(rateAfter(roundOf([]))).toBe(12)
    expect(applyRamp(start, roundOf([], 12, { present: [] }), subnet).miners).toEqual({})
  })
  it('is the least for a convicted miner, and the cold start again after it', () => {
    const held = applyRamp(start, roundOf(passes(10), 12, { convicted: [key] }), subnet)
    expect(held.miners[key]?.rate).toBe(0.8)
    const released = applyRamp(held, roundOf(passes(1), 0.8), subnet)
    expect(offeredRates(released, [miner], subnet).get(key)).toBe(20)
  })
})
