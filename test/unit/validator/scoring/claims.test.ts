import { describe, expect, it } from 'vitest'
import type { RoundMiner } from '../../../../validator/challenge/drawn-request.ts'
import { applyRamp } from '../../../../validator/scoring/apply-ramp.ts'
import { offeredRates } from '../../../../validator/scoring/offered-rates.ts'
import { emptyRamp, type RampState } from '../../../../validator/scoring/ramp-state.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

const timing = { tolerance: 0.2, shortRounds: 3 }
const subnet = toySubnet({ timing })
const key = 'honest@1'
const miner: RoundMiner = { uid: 1, hotkey: 'honest', coldkey: 'owner', registeredAtBlock: 1, host: '127.0.0.2', port: 1 }

/** Rounds of ten seconds and requests of 12 work units against a miner of this capacity, from the cold start on; the rate that it is offered after each. */
function play(capacity: number, claim: number | undefined, rounds: number, file = subnet) {
  const claims = new Map(claim === undefined ? [] : [[key, claim]])
  const rates: number[] = []
  let ramp: RampState = emptyRamp
  for (let number = 1; number <= rounds; number++) {
    const offered = offeredRates(ramp, [miner], file, claims)
    const requests = Math.ceil(((offered.get(key) ?? 0) * 10) / 12)
    const kept = Math.floor((capacity * 10) / 12)
    const verdicts = Array.from({ length: requests }, (_, index) => toyVerdict({ kind: index < kept ? 'pass' : 'miss' }))
    ramp = applyRamp(ramp, { number, block: number, seconds: 10, present: [key], verdicts, offered, convicted: [], claims }, file)
    rates.push(ramp.miners[key]?.rate ?? 0)
  }
  return { rates, ramp }
}

describe('the load offered to a miner with a claim', () => {
  it('never exceeds the claim, from the first round on', () => {
    expect(offeredRates(emptyRamp, [miner], subnet, new Map([[key, 7]])).get(key)).toBe(7)
    const { rates, ramp } = play(1_000, 60, 10)
    expect(Math.max(...rates)).toBe(60)
    expect(rates.at(-1)).toBe(60)
    expect(ramp.miners[key]?.underClaim).toBeUndefined()
  })

  it('grows without one as ever, and with one where the subnet file holds nobody to it', () => {
    expect(play(1_000, undefined, 8).rates).toEqual(play(1_000, undefined, 8, toySubnet()).rates)
    expect(Math.max(...play(1_000, 60, 8, toySubnet()).rates)).toBeGreaterThan(60)
  })

  it('grows no more where the miner shows a fifth less than it claims, which is marked', () => {
    const { ramp, rates } = play(50, 200, 8)
    expect(ramp.miners[key]?.underClaim).toBe(true)
    for (const rate of rates.slice(-2)) expect(rate).toBeLessThan(1.2 * 50)
  })

  it('is the same for an honest miner as without a claim, up to the claim', () => {
    const free = play(100, undefined, 20)
    const held = play(100, 100, 20)
    expect(held.rates.map(rate => Math.min(100, rate))).toEqual(held.rates)
    expect(held.ramp.miners[key]?.underClaim).toBeUndefined()
    expect(held.rates.at(-1)).toBeGreaterThan(0.9 * Math.min(100, free.rates.at(-1) ?? 0))
  })

  it('does not look at the order in which answers came', () => {
    const verdicts = [...Array.from({ length: 5 }, () => toyVerdict()), ...Array.from({ length: 6 }, () => toyVerdict({ kind: 'miss' }))]
    const round = {
      number: 1,
      block: 1,
      seconds: 10,
      present: [key],
      offered: new Map([[key, 13]]),
      convicted: [],
      claims: new Map([[key, 90]]),
    }
    const before = applyRamp(emptyRamp, { ...round, verdicts }, subnet)
    expect(applyRamp(emptyRamp, { ...round, verdicts: [...verdicts].reverse() }, subnet)).toEqual(before)
  })
})
