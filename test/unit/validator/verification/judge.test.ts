import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import { packFloats, packTokenIds } from '../../../../shared/protocol/pack-numbers.ts'
import { receiptDigest } from '../../../../shared/protocol/receipt-bytes.ts'
import { judge, judgeReceipt } from '../../../../validator/verification/judge.ts'
import { packStatistics, unpackStatistics } from '../../../../validator/verification/pack-statistics.ts'
import { scoreRequestOf } from '../../../../validator/verification/score-request-of.ts'
import { toyTerms } from '../../../support/subnet-terms.ts'
import { devKey, type ToyAnswer, toyExchange, toyInput, toyModel, toyStatistics } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const verdictOf = (answer: ToyAnswer, parts: Parameters<typeof toyInput>[1] = {}) => judge(toyInput(toyExchange(answer), parts))
const outcomeOf = (answer: ToyAnswer, parts: Parameters<typeof toyInput>[1] = {}) => {
  const { kind, code } = verdictOf(answer, parts)
  return `${kind} ${code}`
}

describe('an honest answer', () => {
  it('passes, is paid by the prompt and output tokens that the validator counts, and carries the lowest e-value', () => {
    const honest = verdictOf({})
    expect(honest).toMatchObject({ kind: 'pass', code: null, work: 3 + 0.3, askedWork: 8.3, stream: 'synthetic/toy/2' })
    expect(honest.eValue).toBeLessThan(1)
    expect(honest.eValue).toBeLessThan(verdictOf({}, { statistics: toyStatistics(3, { margins: [0, 0.01, 0] }) }).eValue ?? 0)
  })
  it('passes where it uses up all tokens without an end', () => {
    expect(outcomeOf({ tokenIds: [1, 2, 3], maxTokens: 3 })).toBe('pass null')
  })
  it('passes where its last token completes a stop string, which its text does not show', () => {
    expect(outcomeOf({ tokenIds: [1, 8, 9], stop: ['x', 'i'], receipt: { finishReason: 'stop' } })).toBe('pass null')
    expect(outcomeOf({ tokenIds: [1, 8, 0], stop: ['i'] })).toBe('pass null')
    expect(outcomeOf({ tokenIds: [1, 2, 3], maxTokens: 3, stop: ['abcd'] })).toBe('pass null')
  })
  it('is paid at the greedy factor at temperature 0', () => {
    expect(verdictOf({ temperature: 0 })).toMatchObject({ kind: 'pass', work: 0.5 * 3.3, stream: 'synthetic/toy/0' })
  })
  it('earns nothing under scope request, since its tokens are legal for every hotkey', () => {
    expect(verdictOf({ scope: 'request' })).toMatchObject({ kind: 'pass', work: 0, askedWork: 8.3 })
  })
  it('is unaudited and provisionally paid where the draw left it out', () => {
    expect(verdictOf({}, { audited: false, statistics: null })).toMatchObject({ kind: 'unaudited', work: 3.3, eValue: null, stream: null })
  })
  it('needs the reference run only where no cheap check decides', () => {
    expect(judgeReceipt(toyInput(toyExchange()))).toBeNull()
    expect(judgeReceipt(toyInput(toyExchange(), { audited: false }))?.kind).toBe('unaudited')
  })
  it('is given to the reference with the tokens and the sampling of its receipt', () => {
    expect(scoreRequestOf(toyExchange())).toMatchObject({
      promptIds: [3, 1, 20],
      tokenIds: [8, 9, 0],
      sampling: { temperature: 1, topK: 0, maxTokens: 8 },
    })
  })
})

describe('what a stranger on the wire could have made is a miss', () => {
  it.each([
    ['a signature by another key', { arrival: { signature: `0x${'0'.repeat(128)}` } }, 'VERIFY_SIGNATURE'],
    ['a receipt of another miner', { receipt: { miner: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' } }, 'VERIFY_IDENTITY'],
    ['a receipt for another validator', { receipt: { validator: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' } }, 'VERIFY_IDENTITY'],
    ['a receipt of another request', { receipt: { requestId: '9'.repeat(32) } }, 'VERIFY_IDENTITY'],
    ['a receipt of another subnet', { receipt: { netuid: 3 } }, 'VERIFY_IDENTITY'],
    ['a text that is not the signed one', { arrival: { text: 'other' } }, 'VERIFY_BYTES'],
    ['log-probabilities that are not the signed ones', { arrival: { logProbs: packFloats([-1, -1, -1]) } }, 'VERIFY_BYTES'],
    ['log-probabilities in another spelling of base64', { arrival: { logProbs: `${packFloats([-0.5, -0.5, -0.5])}=` } }, 'VERIFY_BYTES'],
    ['an answer at its deadline block', { arrival: { arrivedBlock: 120 } }, 'VERIFY_LATE'],
  ] satisfies [string, object, string][])('%s', (_, answer: ToyAnswer, code) => {
    expect(outcomeOf(answer)).toBe(`miss ${code}`)
  })
  it('a receipt changed after it was signed', () => {
    const exchange = toyExchange()
    if (exchange.arrival.kind !== 'answer') throw new Error('no answer')
    const arrival = { ...exchange.arrival, receipt: { ...exchange.arrival.receipt, sequence: 2 } }
    expect(judge(toyInput({ ...exchange, arrival }))).toMatchObject({ kind: 'miss', code: 'VERIFY_SIGNATURE', work: 0 })
  })
  it('a receipt that has no canonical form, without an exception', () => {
    const exchange = toyExchange()
    if (exchange.arrival.kind !== 'answer') throw new Error('no answer')
    const arrival = { ...exchange.arrival, receipt: { ...exchange.arrival.receipt, model: '\ud800' } }
    expect(judge(toyInput({ ...exchange, arrival }))).toMatchObject({ kind: 'miss', code: 'VERIFY_SIGNATURE' })
  })
  it('a receipt signed by another key', () => {
    expect(outcomeOf({ signer: devKey('Stranger') })).toBe('miss VERIFY_SIGNATURE')
  })
  it('no answer, with the reason that the querier gave and a detail that has a canonical form', () => {
    const arrival = { kind: 'none', reason: 'timeout', detail: 'idle \ud800', elapsedMs: 2_000, ours: false } as const
    const verdict = judge(toyInput({ ...toyExchange(), arrival }))
    expect(verdict).toMatchObject({ kind: 'miss', code: 'timeout', work: 0, eValue: null })
    expect(() => canonicalJson({ ...verdict })).not.toThrow()
  })
})

describe('a check that breaks', () => {
  it('voids its answer alone, and says why', () => {
    const decode = () => {
      throw new TypeError('the tokenizer broke')
    }
    const input = toyInput(toyExchange(), { model: { ...toyModel, tokenizer: { decode } } })
    const expected = { kind: 'void', code: 'VERIFY_INTERNAL', evidence: { problem: 'the tokenizer broke' }, work: 0 }
    expect([judge(input), judgeReceipt(input)]).toMatchObject([expected, expected])
  })
})

describe('what the miner signed against the request, the model or itself fails', () => {
  it.each([
    ['a superseded manifest', { receipt: { manifestDigest: 'b'.repeat(64) } }, 'VERIFY_MANIFEST'],
    ['another temperature', { receipt: { sampling: { temperature: 0.5, topK: 0, maxTokens: 8 } } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another seed', { receipt: { requestSeed: '3'.repeat(64) } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another scope', { receipt: { scope: 'request' } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another choice', { receipt: { choice: 1 } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another prompt', { receipt: { promptDigest: '4'.repeat(64) } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another content digest', { receipt: { contentDigest: '4'.repeat(64) } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another count of prompt tokens', { receipt: { promptTokens: 4 } }, 'VERIFY_REQUEST_MISMATCH'],
    ['a token outside the vocabulary', { tokenIds: [8, 26, 0] }, 'VERIFY_TOKENS'],
    ['no token at all', { tokenIds: [], receipt: { tokenIds: '' } }, 'VERIFY_TOKENS'],
    ['more tokens than were asked for', { tokenIds: [1, 2, 3, 4], maxTokens: 3 }, 'VERIFY_TOKENS'],
    [
      'far more tokens than were asked for',
      { receipt: { tokenIds: packTokenIds(Array.from({ length: 10_000 }, () => 1)) } },
      'VERIFY_TOKENS',
    ],
    ['half a token', { receipt: { tokenIds: 'AAA=' } }, 'VERIFY_TOKENS'],
    ['right text with wrong token ids', { text: 'hi', tokenIds: [8, 8, 0] }, 'VERIFY_TEXT'],
    ['a log-probability that is no number', { logProbs: [-1, Number.NaN, -1] }, 'VERIFY_LOGPROBS'],
    ['an infinite log-probability', { logProbs: [-1, Number.NEGATIVE_INFINITY, -1] }, 'VERIFY_LOGPROBS'],
    ['a log-probability above zero', { logProbs: [-1, 0.1, -1] }, 'VERIFY_LOGPROBS'],
    ['fewer log-probabilities than tokens', { logProbs: [-1, -1] }, 'VERIFY_LOGPROBS'],
    ['times out of order', { receipt: { times: { receivedMs: 1_000, startedMs: 999, finishedMs: 1_200 } } }, 'VERIFY_TIMES'],
    ['a stop without an end', { tokenIds: [8, 9, 9], maxTokens: 3, receipt: { finishReason: 'stop' } }, 'VERIFY_FINISH'],
    ['a length that was not reached', { tokenIds: [8, 9, 9], receipt: { finishReason: 'length' } }, 'VERIFY_FINISH'],
    ['tokens after the end', { tokenIds: [8, 0, 0] }, 'VERIFY_AFTER_EOS'],
    ['tokens after a stop string', { tokenIds: [8, 9, 9, 0], stop: ['hi'] }, 'VERIFY_AFTER_STOP'],
    ['a stop at a text that is no stop string', { tokenIds: [8, 9], stop: ['hii'], receipt: { finishReason: 'stop' } }, 'VERIFY_FINISH'],
    ['a length at a stop string', { tokenIds: [8, 9], stop: ['hi'], maxTokens: 2 }, 'VERIFY_FINISH'],
    ['a text that shows the stop string', { tokenIds: [8, 9], stop: ['i'], receipt: { finishReason: 'stop' }, text: 'hi' }, 'VERIFY_TEXT'],
  ] satisfies [string, ToyAnswer, string][])('%s', (_, answer: ToyAnswer, code) => {
    expect(outcomeOf(answer)).toBe(`fail ${code}`)
    expect(verdictOf(answer)).toMatchObject({ work: 0 })
  })
  it('a second receipt under one number, but not the same receipt again', () => {
    const exchange = toyExchange()
    expect(judge(toyInput(exchange, { earlierReceiptDigest: 'c'.repeat(64) }))).toMatchObject({ kind: 'fail', code: 'VERIFY_SEQUENCE' })
    const digest = exchange.arrival.kind === 'answer' ? receiptDigest(exchange.arrival.receipt) : ''
    expect(judge(toyInput(exchange, { earlierReceiptDigest: digest })).kind).toBe('pass')
  })
  it('also without an audit', () => {
    expect(outcomeOf({ tokenIds: [8, 0, 0] }, { audited: false, statistics: null })).toBe('fail VERIFY_AFTER_EOS')
  })
  it('a token of probability below 1e-12 that the noise did not favour either', () => {
    const statistics = toyStatistics(3, { surprisals: [0.5, 40, 0.5], logProbs: [-0.5, -40, -0.5], margins: [0, 35, 0] })
    expect(verdictOf({}, { statistics })).toMatchObject({
      kind: 'fail',
      code: 'VERIFY_IMPOSSIBLE_TOKEN',
      evidence: { position: 1, token: 9 },
    })
  })
})

describe('an honest miner is not failed for', () => {
  it('an end token that its tokenizer would spell out: neither side counts it as text', () => {
    const spelling = { decode: (ids: readonly number[]) => ids.map(id => (id === 0 ? '</s>' : String.fromCharCode(96 + id))).join('') }
    expect(verdictOf({ text: 'hi' }, { model: { ...toyModel, tokenizer: spelling } }).kind).toBe('pass')
  })
  it('a rare token that its noise favoured', () => {
    const statistics = toyStatistics(3, { surprisals: [0.5, 40, 0.5], logProbs: [-0.5, -40, -0.5], margins: [0, 0, 0] })
    expect(verdictOf({}, { statistics }).kind).toBe('pass')
  })
  it('a likely token at the edge of a top-k mask: it counts as one clipped margin', () => {
    const statistics = toyStatistics(3, { surprisals: [0.5, Number.POSITIVE_INFINITY, 0.5], margins: [0, Number.POSITIVE_INFINITY, 0] })
    const verdict = verdictOf({}, { statistics })
    expect(verdict.kind).toBe('pass')
    expect(verdict.evidence.margin).toBeCloseTo(1 / 3, 12)
    expect(verdict.eValue).toBeGreaterThan(1)
    expect(verdict.eValue).toBeLessThan(1_000)
  })
  it('a near tie of a greedy answer', () => {
    const statistics = toyStatistics(3, {
      surprisals: [0, Number.POSITIVE_INFINITY, 0],
      margins: [0, 1e-6, 0],
      endProbabilities: [0, 0, 1],
    })
    expect(verdictOf({ temperature: 0 }, { statistics })).toMatchObject({ kind: 'pass' })
  })
})

describe('a verdict is void', () => {
  it.each([
    ['where the reference has not passed its canary', { referenceReady: false }, 'VERIFY_CANARY'],
    [
      'where the reference is another model than was asked for',
      { model: { ...toyModel, manifestDigest: 'b'.repeat(64) } },
      'VERIFY_REFERENCE',
    ],
    ['without statistics for an audited answer', { statistics: null }, 'VERIFY_REFERENCE'],
    ['where the statistics are of another length', { statistics: toyStatistics(2) }, 'VERIFY_REFERENCE'],
    ['where a margin is no number', { statistics: toyStatistics(3, { margins: [0, Number.NaN, 0] }) }, 'VERIFY_REFERENCE'],
    ['where an entropy is infinite', { statistics: toyStatistics(3, { entropies: [0, Number.POSITIVE_INFINITY, 0] }) }, 'VERIFY_REFERENCE'],
  ] satisfies [string, Parameters<typeof toyInput>[1], string][])('%s', (_, parts: Parameters<typeof toyInput>[1], code) => {
    expect(verdictOf({}, parts)).toMatchObject({ kind: 'void', code, work: 0, eValue: null })
  })
  it('while the canary is down only where the reference is needed: what a miner signed against itself fails, and what never came is a miss', () => {
    const down = { referenceReady: false }
    expect(outcomeOf({ tokenIds: [8, 0, 0] }, down)).toBe('fail VERIFY_AFTER_EOS')
    expect(outcomeOf({ text: 'other' }, { ...down, audited: false, statistics: null })).toBe('fail VERIFY_TEXT')
    expect(outcomeOf({ arrival: { arrivedBlock: 120 } }, down)).toBe('miss VERIFY_LATE')
    const impossible = toyStatistics(3, { surprisals: [0.5, 40, 0.5], margins: [0, 9, 0] })
    expect(outcomeOf({}, { statistics: impossible })).toBe('fail VERIFY_IMPOSSIBLE_TOKEN')
    expect(outcomeOf({}, { ...down, statistics: impossible })).toBe('void VERIFY_CANARY')
    expect(verdictOf({}, { ...down, audited: false, statistics: null })).toMatchObject({ kind: 'void', code: 'VERIFY_CANARY', work: 0 })
  })
  it('where our own restart cut the exchange', () => {
    const arrival = { kind: 'none', reason: 'lost', detail: '', elapsedMs: 0, ours: true } as const
    expect(judge(toyInput({ ...toyExchange(), arrival }))).toMatchObject({ kind: 'void', code: 'lost' })
  })
  it('but not where a token that no honest miner chooses led the reference into the void', () => {
    const statistics = toyStatistics(3, { margins: [3, Number.NaN, Number.NaN] })
    expect(verdictOf({}, { statistics }).eValue).toBeGreaterThan(1_000)
  })
  it('for nothing that a miner signs, whatever it is, and judging never throws', () => {
    const anyReceipt = fc.record(
      {
        tokenIds: fc.array(fc.nat(40), { maxLength: 12 }).map(packTokenIds),
        finishReason: fc.constantFrom('stop', 'length'),
        promptTokens: fc.integer({ min: 1, max: 5 }),
        sequence: fc.integer({ min: 1, max: 5 }),
        model: fc.string({ minLength: 1, maxLength: 20 }),
      },
      { requiredKeys: [] },
    )
    const anyLogProbs = fc.array(fc.oneof(fc.constant(-0.5), fc.double()), { maxLength: 4 })
    fc.assert(
      fc.property(anyReceipt, anyLogProbs, (receipt, logProbs) => {
        const exchange = toyExchange({ receipt, logProbs })
        const early = judgeReceipt(toyInput(exchange))
        if (early === null) return
        expect(['fail', 'miss']).toContain(early.kind)
        expect(() => canonicalJson({ ...early })).not.toThrow()
      }),
      { numRuns: 200, seed: 7 },
    )
  })
})

describe('records that do not convict', () => {
  it('name an answer that goes on where the model would have ended', () => {
    const statistics = toyStatistics(3, { endProbabilities: [0.99, 0.99, 0.99] })
    const verdict = verdictOf({ tokenIds: [1, 2, 3], maxTokens: 3 }, { statistics })
    expect(verdict).toMatchObject({ kind: 'pass', evidence: { notes: 'VERIFY_END_SUPPRESSED' } })
  })
  it('name an answer that ends where the model would have gone on', () => {
    const statistics = toyStatistics(3, { endProbabilities: [1e-6, 1e-6, 1e-6] })
    expect(verdictOf({}, { statistics })).toMatchObject({ kind: 'pass', evidence: { notes: 'VERIFY_END_EARLY' } })
  })
  it('name an answer that is far less likely than its entropy says', () => {
    const surprisals = Array.from({ length: 12 }, (_, index) => 5 + (index % 3))
    const statistics = toyStatistics(12, { surprisals })
    const verdict = verdictOf({ tokenIds: [...Array.from({ length: 11 }, () => 5), 0], maxTokens: 12 }, { statistics })
    expect(verdict.evidence.notes).toBe('VERIFY_LIKELIHOOD')
    expect(verdict.evidence.z).toBeGreaterThan(3.89)
  })
})

it('judges stored statistics to the same bytes as fresh ones', () => {
  const statistics = toyStatistics(3, { margins: [0, Number.POSITIVE_INFINITY, 1 / 3], surprisals: [0.1, Number.POSITIVE_INFINITY, 0.7] })
  const stored: unknown = JSON.parse(JSON.stringify(packStatistics(statistics)))
  const again = judge(toyInput(toyExchange({}), { statistics: unpackStatistics(stored) }))
  expect(canonicalJson({ ...again })).toBe(canonicalJson({ ...verdictOf({}, { statistics }) }))
  expect(() => unpackStatistics({ margins: 'AAAA' })).toThrow(/stored statistics/)
})

it('refuses greedy pay where the owner does not opt in', () => {
  expect(verdictOf({ temperature: 0 }, { terms: { ...toyTerms, greedyPayFactor: null } }).work).toBe(0)
})
