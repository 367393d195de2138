import { describe, expect, it } from 'vitest'
import { roundAt } from '../../../shared/timelock/beacon-times.ts'
import { planReveal } from '../../../shared/timelock/plan-reveal.ts'
import { quicknet } from '../../../shared/timelock/quicknet.ts'

const plan = (
  [lastEpochBlock, pendingEpochAt, epochIndex, tempo, blocksSinceLastStep, block]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ],
  revealPeriodEpochs = 1,
  nowMs = (quicknet.genesisSec + 3_000) * 1000,
) =>
  planReveal({
    schedule: { block, tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep },
    epochIndex,
    revealPeriodEpochs,
    blockTimeMs: 12_000,
    nowMs,
    beacon: quicknet,
  })

describe('the plan of a reveal', () => {
  it('names the first block of the epoch in which the chain opens the commit', () => {
    expect(plan([10, 0, 0, 50, 0, 10])).toMatchObject({ commitEpoch: 0, revealBlock: 60 })
    expect(plan([80, 95, 0, 20, 0, 91])).toMatchObject({ commitEpoch: 0, revealBlock: 95 })
    expect(plan([10, 0, 4, 50, 0, 10], 3)).toMatchObject({ commitEpoch: 4, revealBlock: 160 })
  })

  it('counts a commit in the block of an epoch to the new epoch', () => {
    expect(plan([10, 0, 0, 50, 48, 58])).toMatchObject({ commitEpoch: 0, revealBlock: 60 })
    expect(plan([10, 0, 0, 50, 49, 59])).toMatchObject({ commitEpoch: 1, revealBlock: 110 })
  })

  it('returns to the schedule after a triggered epoch', () => {
    expect(plan([80, 95, 0, 20, 0, 91], 2).revealBlock).toBe(115)
  })

  it('picks the round that is out three blocks after the reveal’s first, never one below 1', () => {
    // 53 blocks of 12 s after second 3,000: 3,636 s, or 1,212 periods.
    expect(plan([10, 0, 0, 50, 0, 10]).round).toBe(1212n)
    expect(plan([10, 0, 0, 50, 0, 10], 1, 0).round).toBe(1n)
  })

  it('cannot be made where no epoch ever comes, nor for a period that the chain does not allow', () => {
    const none = expect.objectContaining({ code: 'TIMELOCK_NO_EPOCH' })
    expect(() => plan([10, 0, 0, 0, 0, 10])).toThrow(none)
    for (const period of [-1, 0.5, 101]) expect(() => plan([10, 0, 0, 50, 0, 10], period)).toThrow(none)
  })
})

describe('the rounds of a beacon', () => {
  it('start with 1 at its genesis', () => {
    const beacon = { genesisSec: 100, periodSec: 3 }
    expect([99_999, 100_000, 102_999, 103_000].map(timeMs => roundAt(beacon, timeMs))).toEqual([0, 1, 1, 2])
  })
})
