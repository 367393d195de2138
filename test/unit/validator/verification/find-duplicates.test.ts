import { describe, expect, it } from 'vitest'
import { type ComparedAnswer, findDuplicates } from '../../../../validator/verification/find-duplicates.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const terms = { alpha: 1e-6, compared: 0 }
const answer = (requestId: string, digest: string, surprisal: number, minerKey = `m${requestId}@1`): ComparedAnswer => ({
  ...{ requestId, digest, surprisal, minerKey },
})

describe('the alarm over duplicates', () => {
  it('names answers of different miners that hold the same tokens', () => {
    const found = findDuplicates([answer('1', 'x', 60), answer('2', 'x', 45), answer('3', 'y', 60)], [], terms)
    expect(found).toEqual([
      {
        digest: 'x',
        surprisal: 45,
        answers: [
          { requestId: '1', minerKey: 'm1@1' },
          { requestId: '2', minerKey: 'm2@1' },
        ],
      },
    ])
  })

  it('names an answer that repeats an earlier one, also of the same miner', () => {
    expect(findDuplicates([answer('9', 'x', 50, 'm@1')], [answer('1', 'x', 50, 'm@1')], { ...terms, compared: 5_000 })).toHaveLength(1)
  })

  it('does not name an answer as its own duplicate when a round is judged again', () => {
    expect(findDuplicates([answer('1', 'x', 50)], [answer('1', 'x', 50)], terms)).toEqual([])
  })

  it('does not repeat an alarm about earlier answers alone', () => {
    expect(findDuplicates([answer('9', 'z', 50)], [answer('1', 'x', 50), answer('2', 'x', 50)], terms)).toEqual([])
  })

  it('says nothing of short or likely answers, which agree honestly', () => {
    expect(findDuplicates([answer('1', 'x', 12), answer('2', 'x', 60)], [], terms)).toEqual([])
  })

  it('asks for more the more answers were compared', () => {
    const pair = [answer('1', 'x', 20), answer('2', 'x', 20)]
    expect(findDuplicates(pair, [], terms)).toHaveLength(1)
    expect(findDuplicates(pair, [], { ...terms, compared: 1_000_000 })).toEqual([])
  })

  it('null: 400 rounds of honest answers of every entropy raise no alarm; power: one copied answer of 40 nats always does', () => {
    const random = seededRandom(5)
    let found = 0
    let missed = 0
    for (let round = 0; round < 400; round++) {
      // Each answer is one of e^surprisal equally likely texts.
      const answers = Array.from({ length: 40 }, (_, index) => {
        const surprisal = 1 + 30 * random()
        return answer(`${round}-${index}`, String(Math.floor(random() * Math.exp(surprisal))), surprisal)
      })
      found += findDuplicates(answers, [], terms).length
      if (findDuplicates([...answers, answer('a', 'copy', 40), answer('b', 'copy', 40)], [], terms).length !== 1) missed++
    }
    expect([found, missed]).toEqual([0, 0])
  })
})
