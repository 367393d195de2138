import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { times } from '../support/full-faults.ts'
import { longestStall } from '../support/longest-stall.ts'
import { httpReply } from '../support/raw-server.ts'
import { toyAnswer } from '../support/toy-answer.ts'
import { devKey } from '../support/toy-exchange.ts'

beforeAll(waitForCrypto)

/** Answers honestly, in a text that was changed on the way out. */
const answerChanged = (change: (text: string) => string | Uint8Array, maxTokens = 1_000) =>
  askHostile(({ socket, body }) => socket.write(httpReply(change(JSON.stringify(toyAnswer(JSON.parse(body)))))), { maxTokens })

describe('F14: hostile JSON', () => {
  const deep = times(20_000, 100_000)
  it.each([
    ['arrays within arrays', () => '['.repeat(deep)],
    ['objects within objects', () => '{"a":'.repeat(deep)],
    ['a deep unknown member in an honest answer', (text: string) => `${text.slice(0, -1)},"x":${'['.repeat(deep)}${']'.repeat(deep)}}`],
    ['one level too deep', (text: string) => `${text.slice(0, -1)},"x":${'['.repeat(16)}${']'.repeat(16)}}`],
    ['a key twice', (text: string) => text.replace('{"id":', '{"id":"other","id":')],
    ['a key twice, once in escapes', (text: string) => text.replace('{"id":', '{"\\u0069d":"other","id":')],
    ['a key of the receipt twice', (text: string) => text.replace('"sequence":1', '"sequence":2,"sequence":1')],
    ['__proto__', (text: string) => text.replace('{"id":', '{"__proto__":{"admin":true},"id":')],
    ['__proto__ in escapes', (text: string) => text.replace('{"id":', '{"__pr\\u006fto__":{"admin":true},"id":')],
    ['__proto__ in the receipt', (text: string) => text.replace('"sequence":1', '"sequence":1,"__proto__":{}')],
    ['a lone surrogate as the text', (text: string) => text.replace('"content":"hi"', '"content":"hi\\ud800"')],
    ['a lone surrogate as a key', (text: string) => text.replace('{"id":', '{"\\udfff":1,"id":')],
    ['a lone surrogate in an unknown member', (text: string) => `${text.slice(0, -1)},"x":"\\udc00"}`],
    ['a number beyond all doubles', (text: string) => text.replace('"created":1', '"created":1e999')],
    ['NaN', (text: string) => text.replace('"created":1', '"created":NaN')],
    ['Infinity', (text: string) => text.replace('"created":1', '"created":-Infinity')],
    ['a sequence beyond the safe integers', (text: string) => text.replace('"sequence":1', '"sequence":9007199254740993')],
    ['a second value after the first', (text: string) => `${text}{}`],
    ['a comment', (text: string) => `${text}/* */`],
    [
      'bytes that are no UTF-8',
      (text: string) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]),
    ],
    ['an unknown member in the receipt', (text: string) => text.replace('"sequence":1', '"sequence":1,"extra":1')],
    ['an array for an object', (text: string) => `[${text}]`],
    ['null', () => 'null'],
    ['nothing', () => ''],
    ['a character that the error quotes by half', () => '😀'],
    ['an error cut in the middle of a character', () => `"${'😀'.repeat(300)}`],
    ['a key cut in the middle of a character', (text: string) => text.replace('"sequence":1', `"sequence":1,"${'😀'.repeat(300)}":1`)],
    ['two thousand members that nobody asked for', (text: string) => `${text.slice(0, -1)},"x":[${Array(2_000).fill(0).join()}]}`],
  ] satisfies [string, (text: string) => string | Uint8Array][])('%s is a miss whose record can be stored', async (_, change) => {
    const outcome = await answerChanged(change)
    expect(told(outcome)).toBe('miss malformed')
    expect(() => canonicalJson(outcome.arrival as unknown as Json)).not.toThrow()
    expect(Object.prototype).not.toHaveProperty('admin')
  })

  it('a receipt that its miner signed with a lone surrogate in it has no canonical form and is a miss', async () => {
    const outcome = await askHostile(({ socket, body }) => {
      const answer = toyAnswer(JSON.parse(body))
      const receipt = { ...answer.assay.receipt, model: '\ud800' }
      // It cannot be signed as it is: the miner signs what it would look like.
      const signature = `0x${Buffer.from(devKey('Miner').sign(receiptBytes({ ...receipt, model: '\ufffd' }))).toString('hex')}`
      socket.write(httpReply(JSON.stringify({ ...answer, assay: { ...answer.assay, receipt, signature } })))
    })
    expect(told(outcome)).toBe('miss malformed')
  })

  it('members that nobody knows do not spoil an honest answer outside of its receipt', async () => {
    expect(told(await answerChanged(text => `${text.slice(0, -1)},"constructor":{"prototype":1},"x":[[[[]]]]}`))).toBe('pass null')
  })

  it('none of it holds up the event loop, at the largest size that is read', async () => {
    const size = times(1_000_000, 4_000_000)
    const texts = [
      '['.repeat(size),
      `[${'0,'.repeat(size / 2)}0]`,
      `{${'"a":0,'.repeat(size / 6)}"b":0}`,
      `"${'\\"'.repeat(size / 2)}"`,
      `"${'\\u0061'.repeat(size / 6)}"`,
    ]
    for (const text of texts) {
      const { result, stallMs } = await longestStall(() => answerChanged(() => text, 100_000))
      expect(told(result)).toBe('miss malformed')
      // Milliseconds of CPU, helper threads included.
      expect(stallMs).toBeLessThan(250)
    }
  })
})
