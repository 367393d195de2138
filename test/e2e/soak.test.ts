import { describe, expect, it } from 'vitest'
import { runSoak } from '../soak/run-soak.ts'

describe('a miner under many callers, some of whom leave, and ten times the load that it can carry', () => {
  it('answers every request or refuses it with a reason, and keeps nothing of those that are gone', async () => {
    const { calm, overload, left, points } = await runSoak({ requests: 1_200, points: 3, warmUp: 200, overloadSeconds: 0.4 })
    expect(calm).toMatchObject({ sent: 1_400, disconnected: 70, lost: [] })
    const refused = (tally: typeof calm) => Object.values(tally.refused).reduce((sum, count) => sum + count, 0)
    expect(calm.answered + refused(calm)).toBe(1_330)
    expect(calm.answered).toBeGreaterThan(0)
    expect(overload).toMatchObject({ disconnected: 0, lost: [] })
    expect(overload.answered + refused(overload)).toBe(overload.sent)
    expect(Object.keys(overload.refused)).not.toContain('MINER_INTERNAL')
    expect(left).toBe(0)
    expect(points.map(({ active }) => active)).toEqual([0, 0, 0])
  })
})
