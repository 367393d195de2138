import { describe, expect, it } from 'vitest'
import { countEpochs, countedEpochOf } from '../../../shared/chain/count-epochs.ts'
import { nextCountedEpoch } from '../../../shared/chain/read-next-epoch.ts'
import { planReveal } from '../../../shared/timelock/plan-reveal.ts'
import { quicknet } from '../../../shared/timelock/quicknet.ts'
import { epochOfNextBlock, nextEpochBlock } from '../../../validator/weights/next-epoch-block.ts'

/** The rule as the runtime states it: the blocks left until the next epoch are none. */
const runsAt = (block: number, netuid: number, tempo: number) => tempo > 0 && tempo - ((block + netuid + 1) % (tempo + 1)) === 0
const cases = [
  ...[1, 2, 7, 40].flatMap(netuid => [2, 10, 99, 360].map(tempo => [netuid, tempo] as const)),
  // The count is shifted by more than a tempo.
  [500, 9] as const,
]

describe('the epochs that a runtime counts by blocks', () => {
  it.each(cases)('of netuid %i with tempo %i fall where the rule says, block by block', (netuid, tempo) => {
    let last: number | null = null
    let ran = countEpochs(0, netuid, tempo).subnetEpochIndex
    for (let block = 1; block <= 4 * (tempo + 1); block++) {
      const state = { block, ...countEpochs(block, netuid, tempo) }
      if (runsAt(block, netuid, tempo)) {
        last = block
        ran += 1
      }
      expect(state.subnetEpochIndex).toBe(ran)
      if (last !== null) expect(state.lastEpochBlock).toBe(last)
      expect(nextEpochBlock(state)).toBe(nextCountedEpoch(block, netuid, tempo))
      // What the next block holds counts there, and in the block of an epoch for the one after it.
      expect(epochOfNextBlock(state)).toBe(ran + (runsAt(block + 1, netuid, tempo) ? 1 : 0))
      // A hash commit in the block of an epoch still counts for it.
      expect(countedEpochOf(block, netuid, state)).toBe(ran - (last === block ? 1 : 0))
    }
  })

  it('never come with tempo 0', () => {
    const state = countEpochs(100, 1, 0)
    expect(nextEpochBlock({ block: 100, ...state })).toBeNull()
    expect(countedEpochOf(100, 1, state)).toBe(0)
  })

  it('open a timelocked commit in the block of its epoch, from a pulse of six blocks before', () => {
    const [netuid, tempo, head] = [2, 99, 1_000]
    const schedule = { block: head, ...countEpochs(head, netuid, tempo) }
    const epochBlock = nextCountedEpoch(head, netuid, tempo) ?? 0
    const nowMs = (quicknet.genesisSec + 30_000) * 1000
    const request = { schedule, epochIndex: schedule.subnetEpochIndex, blockTimeMs: 12_000, nowMs, beacon: quicknet, openedOnce: true }
    const plan = planReveal({ ...request, revealPeriodEpochs: 1 })
    expect(plan.revealBlock).toBe(epochBlock)
    expect(plan.round).toBe(BigInt(Math.floor((30_000 + (epochBlock - 6 - head) * 12) / 3)))
    expect(planReveal({ ...request, revealPeriodEpochs: 2 }).revealBlock).toBe(epochBlock + tempo + 1)
  })

  it('open what is committed just before the epoch from the next pulse, never from one that is out', () => {
    const [netuid, tempo] = [2, 99]
    const head = (nextCountedEpoch(1_000, netuid, tempo) ?? 0) - 2
    const schedule = { block: head, ...countEpochs(head, netuid, tempo) }
    const nowMs = (quicknet.genesisSec + 30_000) * 1000
    const request = { schedule, epochIndex: schedule.subnetEpochIndex, blockTimeMs: 12_000, nowMs, beacon: quicknet, openedOnce: true }
    // Round 10,001 came out this second.
    expect(planReveal({ ...request, revealPeriodEpochs: 1 }).round).toBe(10_002n)
  })
})
