import { describe, expect, it } from 'vitest'
import { planKills } from '../chaos/weights/kill-plan.ts'
import { chaosTempo } from '../chaos/weights/run-weights-chaos.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { runSmallChaos } from '../support/weights-chaos-lab.ts'

describe('a small chaos run of weights', () => {
  it('leaves no tempo without our weights, although submissions are dropped, sockets cut, the validator killed and the chain re-organised', async () => {
    const [tempos, kills] = [4, 2]
    const { audit, counts, faults, killed, reorgs } = await runSmallChaos({
      ...{ form: 'set-weights', tempos, cuts: 3, reorgs: 2, rates: { dropped: 0.2, unheard: 0.1 } },
      kills: planKills('set-weights', kills, tempos, chaosTempo, seededRandom(4)),
    })
    expect(faults).toEqual([])
    expect(audit).toMatchObject({ tempos, missed: [], wrong: [] })
    expect([...killed.values()].reduce((sum, count) => sum + count, 0)).toBe(kills)
    expect(reorgs).toBe(2)
    expect(counts.submissions).toBeGreaterThanOrEqual(tempos)
  }, 300_000)

  it('finds out a validator that forgets its journal when it dies', async () => {
    const kills = [{ tempo: 0, point: 'after its finality is noted', offset: 0 }] as const
    const { audit, faults } = await runSmallChaos({ form: 'set-weights', tempos: 2, kills, weakness: 'forgetful' })
    expect(audit.missed.length).toBeGreaterThan(0)
    expect(faults).toContainEqual(expect.stringMatching(/ended without our weights/))
  }, 300_000)
})
