import { expect, it } from 'vitest'
import { contentDigest, promptDigest } from '../../../shared/protocol/content-digest.ts'
import { samplingOf } from '../../../shared/protocol/sampling-of.ts'
import { chatAsk } from '../../support/signed-ask.ts'

const digestOf = (changes: Parameters<typeof chatAsk>[1]) => {
  const manifestDigest = 'a'.repeat(64)
  return contentDigest({
    manifestDigest,
    promptDigest: promptDigest([1, 2, 3]),
    sampling: samplingOf(chatAsk(manifestDigest, changes)),
    scope: 'miner',
  })
}

it('names what was asked: the stop strings too, in their order, and nothing about how the answer is sent', () => {
  const plain = digestOf({})
  // The digest of requests from before there were stop strings.
  expect(plain).toBe('628dab83cac7718371124f9ec56792697dddda5cad65febd84100ebfd08d258a')
  expect([digestOf({ stream: true, logprobs: true, top_logprobs: 3 }), digestOf({ stream_options: { include_usage: true } })]).toEqual([
    plain,
    plain,
  ])
  expect(digestOf({ stop: 'x' })).toBe(digestOf({ stop: ['x'] }))
  expect(new Set([plain, digestOf({ stop: ['x', 'y'] }), digestOf({ stop: ['y', 'x'] }), digestOf({ stop: ['x'] })]).size).toBe(4)
})
