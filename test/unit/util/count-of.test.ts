import { expect, it } from 'vitest'
import { countOf } from '../../../shared/util/count-of.ts'

it('a count is told with its noun as people say it', () => {
  expect([countOf(0, 'miner'), countOf(1, 'miner'), countOf(2, 'miner'), countOf(2, 'entry', 'entries')]).toEqual([
    ...['0 miners', '1 miner', '2 miners', '2 entries'],
  ])
})
