import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import type { Arrival } from '../query/exchange.ts'
import type { ReceivedAnswer } from './checks/answer.ts'

const nothing = sha256Hex('')

/**
 * A cut-off stream in the form of an answer, so that every check of what was asked and of the tokens reads it like any other. What only
 * a final receipt states (text, log-probabilities, finish, place in the sequence) is empty here, and nothing may check it.
 */
export function answerOfPrefix(arrival: Extract<Arrival, { kind: 'partial' }>): ReceivedAnswer['arrival'] {
  const { receipt, signature, certificate, tokenIds, elapsedMs, arrivedBlock, arrivedMs } = arrival
  const { version: _version, part: _part, tokens: _tokens, streamDigest: _digest, times, ...statement } = receipt
  return {
    kind: 'answer',
    receipt: {
      version: 'assay/receipt/1',
      ...statement,
      tokenIds,
      finishReason: 'length',
      textDigest: nothing,
      logProbsDigest: nothing,
      hiddenRoot: null,
      toplocDigest: null,
      times: { receivedMs: times.receivedMs, startedMs: times.startedMs, finishedMs: times.signedMs },
      sequence: 1,
      previousDigest: '0'.repeat(64),
    },
    ...{ signature, certificate, logProbs: '', text: '', elapsedMs, arrivedBlock, arrivedMs },
  }
}
