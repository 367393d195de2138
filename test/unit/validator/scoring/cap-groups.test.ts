import { describe, expect, it } from 'vitest'
import { applyCaps, capGroups, type GroupMember } from '../../../../validator/scoring/cap-groups.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const member = (key: string, solo: number, joint: number): GroupMember => ({ key, solo, joint })

describe('the cap of uids on one device', () => {
  it('is what each did while all were loaded, so that together they are paid for one device', () => {
    const caps = capGroups([[member('a', 100, 30), member('b', 100, 30), member('c', 100, 35), member('d', 80, 80)]], 0.2)
    expect([...caps]).toEqual([
      ['a', 30],
      ['b', 30],
      ['c', 35],
    ])
  })

  it('spares who kept up in company, whatever its neighbours did', () => {
    expect(capGroups([[member('honest', 100, 85), member('slow', 100, 1)]], 0.2).has('honest')).toBe(false)
  })

  it('keeps the lowest where a miner was in several groups', () => {
    expect(capGroups([[member('a', 100, 40)], [member('a', 100, 20)]], 0.2).get('a')).toBe(20)
  })

  it('sums to the device however it divides itself, and to no more than honest miners without one', () => {
    const random = seededRandom(7)
    for (let trial = 0; trial < 200; trial++) {
      const device = 100
      const shares = Array.from({ length: 4 }, () => random() + 0.01)
      const total = shares.reduce((sum, share) => sum + share, 0)
      const members = shares.map((share, index) => member(`s${index}`, device, (device * share) / total))
      const paid = applyCaps(new Map(members.map(({ key }) => [key, device])), capGroups([members], 0.2))
      // One of them may keep nearly all of the device and stay within the tolerance.
      expect([...paid.values()].reduce((sum, score) => sum + score, 0)).toBeLessThanOrEqual(device * 1.2)
    }
  })

  it('changes no score of miners that kept up', () => {
    const scores = new Map([
      ['a', 50],
      ['b', 70],
    ])
    expect(applyCaps(scores, capGroups([[member('a', 50, 49), member('b', 70, 71)]], 0.2))).toEqual(scores)
  })
})
