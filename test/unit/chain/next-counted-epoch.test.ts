import { describe, expect, it } from 'vitest'
import { nextCountedEpoch } from '../../../shared/chain/read-next-epoch.ts'

describe('the next epoch of a runtime without epoch state', () => {
  it('is the first block whose shifted count fills the tempo, the block after the present one included', () => {
    // Blocks 14 and 17 ran epochs of netuid 2 with tempo 2 on the real runtime (spec 300).
    expect([12, 13, 14, 15, 16, 17].map(block => nextCountedEpoch(block, 2, 2))).toEqual([14, 14, 17, 17, 17, 20])
  })

  it('never comes with tempo 0', () => {
    expect(nextCountedEpoch(100, 1, 0)).toBeNull()
  })
})
