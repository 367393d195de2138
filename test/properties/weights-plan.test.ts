import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextEpochBlock } from '../../validator/weights/next-epoch-block.ts'
import { planWeights, type WeightsOutlook, type WeightsPlan } from '../../validator/weights/plan-weights.ts'
import { outlook } from '../support/weights-outlook.ts'

interface World {
  readonly tempo: number
  readonly rateLimit: number
  readonly blocks: number
  fails(block: number): boolean
}

interface Tempo {
  readonly epoch: number
  readonly closes: number
  /** Whether the rate limit let any block of the tempo hold weights; the first and the last, partial ones are left out. */
  allowed: boolean
  readonly attempts: number[]
  covered: boolean
}

const settings = { commitForm: 'timelocked', lastResort: 'nothing' } as const

/** Plays a chain on, block by block, with a validator that does what the plan says. */
function play({ tempo, rateLimit, blocks, fails }: World): { tempos: Tempo[]; plans: WeightsPlan[] } {
  let schedule = { block: 1_000, tempo, lastEpochBlock: 1_000, pendingEpochAt: 0, subnetEpochIndex: 50, blocksSinceLastStep: 0 }
  let lastUpdateBlock = 0
  let covered: WeightsOutlook['covered'] = null
  let failed: { epoch: number; count: number; at: number } = { epoch: -1, count: 0, at: 0 }
  const tempos = new Map<number, Tempo>()
  const plans: WeightsPlan[] = []
  for (let block = 1_001; block < 1_001 + blocks; block++) {
    const runs = nextEpochBlock(schedule) === block
    const counted = failed.epoch === schedule.subnetEpochIndex + (runs ? 1 : 0)
    const plan = planWeights(
      outlook({
        ...{ schedule, rateLimit, lastUpdateBlock, covered, dutyEpoch: 50 },
        ...{ failures: counted ? failed.count : 0, lastAttemptBlock: counted ? failed.at : null },
      }),
      settings,
    )
    plans.push(plan)
    schedule = runs
      ? { ...schedule, block, lastEpochBlock: block, subnetEpochIndex: schedule.subnetEpochIndex + 1, blocksSinceLastStep: 0 }
      : { ...schedule, block, blocksSinceLastStep: schedule.blocksSinceLastStep + 1 }
    const epoch = schedule.subnetEpochIndex
    const now = tempos.get(epoch) ?? { epoch, closes: schedule.lastEpochBlock + tempo - 1, allowed: false, attempts: [], covered: false }
    tempos.set(epoch, now)
    const allowed = lastUpdateBlock === 0 || block - lastUpdateBlock >= rateLimit
    now.allowed ||= allowed
    if (!plan.due) continue
    expect(allowed).toBe(true)
    expect(plan.epoch).toBe(epoch)
    now.attempts.push(block)
    if (fails(block)) failed = { epoch, count: counted ? failed.count + 1 : 1, at: block - 1 }
    else {
      lastUpdateBlock = block
      covered = { epoch, block }
      now.covered = true
    }
  }
  return { tempos: [...tempos.values()].slice(0, -1), plans }
}

const schedules = fc.record({ tempo: fc.integer({ min: 2, max: 60 }), rateLimit: fc.integer({ min: 0, max: 90 }) })
const options = { numRuns: 60, seed: 42 }

it('in every tempo whose rate limit allows it a submission is planned, and one that fails is tried again up to the last block', () => {
  fc.assert(
    fc.property(schedules, fc.array(fc.boolean(), { minLength: 50, maxLength: 400 }), ({ tempo, rateLimit }, faults) => {
      const { tempos } = play({ tempo, rateLimit, blocks: tempo * 8, fails: block => faults[block % faults.length] ?? false })
      for (const { allowed, attempts, covered, closes } of tempos) {
        expect(attempts.length > 0).toBe(allowed)
        // Where nothing got through, the very last block that counts was among the attempts.
        if (allowed && !covered) expect(attempts.at(-1)).toBe(closes)
      }
    }),
    options,
  )
})

it('a chain that takes everything holds our weights in every tempo, and nothing counts as missed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), fc.double({ min: 0, max: 1, noNaN: true }), (tempo, share) => {
      const rateLimit = Math.floor(tempo * share)
      const { tempos, plans } = play({ tempo, rateLimit, blocks: tempo * 6, fails: () => false })
      expect(tempos.map(({ covered }) => covered)).toEqual(tempos.map(() => true))
      expect(plans.map(({ missedTempos }) => missedTempos)).toEqual(plans.map(() => 0))
    }),
    options,
  )
})

it('failures pause longer and longer: a tempo is never filled with attempts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 400 }), tempo => {
      const { tempos } = play({ tempo, rateLimit: 0, blocks: tempo * 4, fails: () => true })
      for (const { attempts } of tempos) expect(attempts.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(tempo)) + 2)
    }),
    options,
  )
})

it('missed tempos are counted one by one', () => {
  const { plans } = play({ tempo: 20, rateLimit: 5, blocks: 120, fails: block => block > 1_015 })
  expect([...new Set(plans.map(({ missedTempos }) => missedTempos))]).toEqual([0, 1, 2, 3, 4])
})
