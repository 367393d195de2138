import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { canonicalJson } from '../../shared/protocol/canonical-json.ts'
import { packFloats } from '../../shared/protocol/pack-numbers.ts'
import { judge } from '../../validator/verification/judge.ts'
import { scoresToWeights } from '../../validator/weights/scores-to-weights.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { httpReply } from '../support/raw-server.ts'
import { type ToyAnswerParts, toyAnswer } from '../support/toy-answer.ts'
import { toyExchange, toyInput, toyStatistics } from '../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const signed = (parts: ToyAnswerParts) =>
  askHostile(({ socket, body }) => socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body), parts)))))

describe('F15: values that are no numbers', () => {
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['a positive number', 0.5],
  ])('a log-probability of %s that the miner signed is a fail', async (_, value) => {
    const outcome = await signed({ logProbs: [-0.5, value, -0.5] })
    expect(told(outcome)).toBe('fail VERIFY_LOGPROBS')
    expect(() => canonicalJson({ ...outcome.verdict })).not.toThrow()
  })

  it('one that the miner did not sign is a miss: a stranger could have put it there', async () => {
    const outcome = await askHostile(({ socket, body }) => {
      const answer = toyAnswer(JSON.parse(body))
      socket.write(httpReply(JSON.stringify({ ...answer, assay: { ...answer.assay, logProbs: packFloats([-0.5, Number.NaN, -0.5]) } })))
    })
    expect(told(outcome)).toBe('miss VERIFY_BYTES')
  })

  it.each([
    ['a negative sequence', '"sequence":1', '"sequence":-1'],
    ['a fractional sequence', '"sequence":1', '"sequence":1.5'],
    ['an infinite temperature', '"temperature":1', '"temperature":1e400'],
    ['a negative time', '"receivedMs":1000', '"receivedMs":-1000'],
    ['a count that is a text', '"promptTokens":3', '"promptTokens":"3"'],
  ])('%s in the receipt has no place in its schema and is a miss', async (_, from, to) => {
    const outcome = await askHostile(({ socket, body }) =>
      socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body))).replace(from, to))),
    )
    expect(told(outcome)).toBe('miss malformed')
  })

  it('a reference that gives no numbers makes the answer void: the miner pays nothing for it', () => {
    for (const margins of [
      [0, Number.NaN, 0],
      [0, -1, 0],
    ])
      expect(judge(toyInput(toyExchange(), { statistics: toyStatistics(3, { margins }) }))).toMatchObject({
        kind: 'void',
        code: 'VERIFY_REFERENCE',
      })
  })

  it('scores that are no numbers count as zero, and the vector is whole numbers of a u16', () => {
    const scores = new Map([
      [1, Number.NaN],
      [2, Number.POSITIVE_INFINITY],
      [3, -5],
      [4, 2],
      [5, 1],
    ])
    const vector = scoresToWeights(scores, { maxWeightsLimit: 65_535, minAllowedWeights: 1 })
    expect(vector).toEqual({ uids: [4, 5], values: [65_535, 32_768] })
  })
})
