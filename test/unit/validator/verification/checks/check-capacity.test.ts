import { describe, expect, it } from 'vitest'
import { checkCapacity, type MeasuredRound } from '../../../../../validator/verification/checks/check-capacity.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

const terms = { tolerance: 0.2, shortRounds: 3 }
const round = (asked: number, answered: number): MeasuredRound => ({ asked, answered, seconds: 10 })

/** Rounds of a miner that answers `capacity` work units a second at most, whole requests of 40 units, of which the wire loses a share. */
function roundsOf(capacity: number, offered: readonly number[], loss: number, random: () => number): MeasuredRound[] {
  return offered.map(rate => {
    const requests = Math.max(1, Math.round((rate * 10) / 40))
    let [left, answered] = [capacity * 10, 0]
    for (let index = 0; index < requests; index++) {
      if (left < 40) continue
      left -= 40
      if (random() >= loss) answered += 40
    }
    return { asked: requests * 40, answered, seconds: 10 }
  })
}

describe('the timing check', () => {
  it('finds a miner that falls behind at less than it claims', () => {
    expect(checkCapacity(100, [round(700, 500), round(650, 520), round(530, 510)], terms)).toEqual({
      result: 'inconclusive',
      code: 'VERIFY_CAPACITY',
      evidence: { claim: 100, shown: 52 },
    })
  })

  it('says nothing of a miner that was not asked for more than it did', () => {
    expect(
      checkCapacity(
        100,
        Array.from({ length: 8 }, () => round(300, 300)),
        terms,
      ).result,
    ).toBe('pass')
    expect(checkCapacity(100, [], terms).result).toBe('pass')
  })

  it('says nothing of two bad rounds, or of a limit within the tolerance', () => {
    expect(checkCapacity(100, [round(500, 500), round(700, 0), round(700, 0)], terms).result).toBe('pass')
    expect(checkCapacity(100, [round(1_000, 810), round(1_000, 700), round(1_000, 600)], terms).result).toBe('pass')
  })

  it('says nothing of requests lost at a load that it mastered before', () => {
    expect(checkCapacity(100, [round(700, 700), round(300, 200), round(400, 100), round(690, 300)], terms).result).toBe('pass')
  })

  it('null: never finds a miner that does what it claims, at any load up to its claim, with a wire that loses one request in fifty', () => {
    const random = seededRandom(3)
    let found = 0
    for (let trial = 0; trial < 2_000; trial++) {
      const offered = Array.from({ length: 8 }, () => 100 * (0.2 + 0.8 * random()))
      if (checkCapacity(100, roundsOf(100, offered, 0.02, random), terms).result !== 'pass') found++
    }
    expect(found / 2_000).toBeLessThan(0.002)
  })

  it('power: finds a miner that does 70 % of its claim as soon as it is asked for its claim, always', () => {
    const random = seededRandom(4)
    for (let trial = 0; trial < 500; trial++)
      expect(checkCapacity(100, roundsOf(70, [60, 100, 100, 75], 0, random), terms).result).toBe('inconclusive')
  })
})
