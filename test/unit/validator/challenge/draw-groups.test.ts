import { describe, expect, it } from 'vitest'
import { drawGroups, meetingRate } from '../../../../validator/challenge/draw-groups.ts'

const keys = Array.from({ length: 65 }, (_, index) => `miner${index}@1`)
const beacon = (round: number) => `0x${round.toString(16).padStart(64, '0')}`

describe('the groups that are loaded at once', () => {
  it('hold every miner once, and nobody is alone', () => {
    const groups = drawGroups(beacon(1), keys, 8)
    expect(groups.flat().sort()).toEqual([...keys].sort())
    expect(groups.map(group => group.length)).toEqual([8, 8, 8, 8, 8, 8, 8, 9])
  })

  it('follow from the beacon alone, in whatever order miners are listed, and are others for another beacon', () => {
    const groups = drawGroups(beacon(1), keys, 8)
    expect(drawGroups(beacon(1), [...keys].reverse(), 8)).toEqual(groups)
    expect(drawGroups(beacon(2), keys, 8)).not.toEqual(groups)
  })

  it('are none where there is nobody to be grouped with', () => {
    expect(drawGroups(beacon(1), ['a@1'], 4)).toEqual([])
    expect(drawGroups(beacon(1), ['a@1', 'b@1', 'c@1'], 4)).toHaveLength(1)
    expect(() => drawGroups(beacon(1), keys, 1)).toThrow('a group of 1')
  })

  it('bring two given uids together as often as the rate says', () => {
    const rounds = 2_000
    let met = 0
    for (let round = 0; round < rounds; round++)
      if (drawGroups(beacon(round), keys.slice(0, 64), 8).some(group => group.includes('miner0@1') && group.includes('miner1@1'))) met++
    const rate = meetingRate(64, 8)
    // Four standard deviations of a binomial.
    expect(Math.abs(met / rounds - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / rounds))
  })
})
