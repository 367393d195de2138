import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activityCutoffOf } from '../../../shared/consensus/activity-cutoff.ts'
import { blockEmission } from '../../../shared/consensus/block-emission.ts'
import {
  decayFactorQ32,
  decayRegistrationPrice,
  defaultBurnIncreaseQ64,
  raiseRegistrationPrice,
} from '../../../shared/consensus/registration-price.ts'
import { shouldRunEpoch } from '../../../shared/consensus/should-run-epoch.ts'
import { splitCoinbase } from '../../../shared/consensus/split-coinbase.ts'

describe('the coinbase', () => {
  it('splits a block 18/41/41 between owner, servers and validators', () => {
    const { owner, server, validator, root } = splitCoinbase({ alphaOut: 1_000_000_000n })
    expect([owner, server, validator, root]).toEqual([179_995_422n, 410_002_288n, 410_002_288n, 0n])
  })

  it("takes root's share from the validators' half", () => {
    const { server, validator, root } = splitCoinbase({ alphaOut: 1_000_000_000n, ownerCut: 0, rootProportionQ32: 1n << 30n })
    expect([server, validator, root]).toEqual([500_000_000n, 375_000_000n, 125_000_000n])
  })

  it('never hands out more than it got, and keeps less than 4 rao', () => {
    const parameters = fc.record({
      alphaOut: fc.bigInt(0n, 10n ** 12n),
      ownerCut: fc.integer({ min: 0, max: 65_535 }),
      rootProportionQ32: fc.bigInt(0n, 1n << 32n),
    })
    fc.assert(
      fc.property(parameters, given => {
        const { owner, server, validator, root } = splitCoinbase(given)
        const kept = given.alphaOut - owner - server - validator - root
        expect(kept >= 0n && kept < 4n).toBe(true)
      }),
      { seed: 7 },
    )
  })

  it('halves the emission each time half of what is left has been issued', () => {
    const supply = 21_000_000_000_000_000n
    const issuances = [
      0n,
      supply / 2n - 1_000_000_000n,
      supply / 2n,
      (supply * 3n) / 4n,
      (supply * 7n) / 8n,
      supply - 1n,
      supply,
      supply + 1n,
    ]
    expect(issuances.slice(0, 5).map(blockEmission)).toEqual([1_000_000_000n, 1_000_000_000n, 500_000_000n, 250_000_000n, 125_000_000n])
    expect(issuances.slice(5).map(blockEmission)).toEqual([0n, 0n, 0n])
  })
})

describe('the schedule of epochs', () => {
  const schedule = { block: 100, tempo: 10, lastEpochBlock: 91, pendingEpochAt: 0, blocksSinceLastStep: 9 }

  it('is due one tempo after the last epoch', () => {
    expect(shouldRunEpoch(schedule)).toBe(false)
    expect(shouldRunEpoch({ ...schedule, block: 101 })).toBe(true)
    expect(shouldRunEpoch({ ...schedule, block: 101, tempo: 0 })).toBe(false)
  })

  it('is due when triggered, and when nothing ran for longer than the largest tempo', () => {
    expect(shouldRunEpoch({ ...schedule, pendingEpochAt: 101 })).toBe(false)
    expect(shouldRunEpoch({ ...schedule, pendingEpochAt: 100 })).toBe(true)
    expect(shouldRunEpoch({ ...schedule, blocksSinceLastStep: 50_401 })).toBe(true)
  })

  it('counts activity in thousandths of a tempo', () => {
    expect([activityCutoffOf(13_889, 360), activityCutoffOf(1000, 10), activityCutoffOf(10, 1)]).toEqual([5000, 10, 1])
  })
})

describe('the registration price', () => {
  const free = { minBurnRao: 0n, maxBurnRao: 2n ** 64n - 1n }

  it('halves within its half-life (test_burn_decay, test_burn_halves_every_half_life)', () => {
    expect(decayRegistrationPrice(2000n, 1000, free)).toBe(1998n)
    const twice = (price: bigint) => decayRegistrationPrice(decayRegistrationPrice(price, 2, free), 2, free)
    expect([twice(1024n), twice(twice(1024n))]).toEqual([511n, 255n])
    let price = 1_000_000_000n
    for (let block = 0; block < 360; block++) price = decayRegistrationPrice(price, 360, free)
    expect(Number(price) / 500_000_000).toBeCloseTo(1, 6)
    expect(decayFactorQ32(1)).toBe(1n << 31n)
    expect(decayFactorQ32(0)).toBe(1n << 32n)
    expect(decayRegistrationPrice(1000n, 0, free)).toBe(1000n)
  })

  it('rises by 1.26 with a registration and stays within its bounds', () => {
    expect(raiseRegistrationPrice(1_000_000_000n, defaultBurnIncreaseQ64, free)).toBe(1_260_000_000n)
    expect(raiseRegistrationPrice(1000n, 1n << 65n, { ...free, maxBurnRao: 1500n })).toBe(1500n)
    expect(raiseRegistrationPrice(1000n, 1n, free)).toBe(1000n)
    expect(decayRegistrationPrice(150_000n, 1, { ...free, minBurnRao: 100_000n })).toBe(100_000n)
  })
})
