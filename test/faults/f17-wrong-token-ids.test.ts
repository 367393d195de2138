import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { httpReply } from '../support/raw-server.ts'
import { type ToyAnswerParts, toyAnswer } from '../support/toy-answer.ts'
import { devKey } from '../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const signed = (parts: ToyAnswerParts) =>
  askHostile(({ socket, body }) => socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body), parts)))))

describe('F17: the right text with the wrong tokens', () => {
  it.each([
    ['other token ids', { text: 'hi', tokenIds: [8, 8, 0] }, 'VERIFY_TEXT'],
    ['ids outside of the vocabulary', { text: 'hi', tokenIds: [8, 9, 26] }, 'VERIFY_TOKENS'],
    ['no ids at all', { text: 'hi', tokenIds: [], logProbs: [] }, 'VERIFY_TOKENS'],
    ['half an id', { receipt: { tokenIds: 'AAA=' } }, 'VERIFY_TOKENS'],
    ['ids in another spelling of base64', { receipt: { tokenIds: `${packTokenIds([8, 9, 0])}=` } }, 'VERIFY_TOKENS'],
    ['more ids than were asked for', { tokenIds: Array(9).fill(8) }, 'VERIFY_TOKENS'],
    ['padding after the end', { text: 'hi', tokenIds: [8, 9, 0, 0] }, 'VERIFY_AFTER_EOS'],
    ['a finish that was not reached', { tokenIds: [8, 9], text: 'hi' }, 'VERIFY_FINISH'],
    ['fewer log-probabilities than tokens', { logProbs: [-0.5] }, 'VERIFY_LOGPROBS'],
    ['another count of prompt tokens', { receipt: { promptTokens: 2 } }, 'VERIFY_REQUEST_MISMATCH'],
    ['the digest of another prompt', { receipt: { promptDigest: '4'.repeat(64) } }, 'VERIFY_REQUEST_MISMATCH'],
    ['another manifest', { receipt: { manifestDigest: 'b'.repeat(64) } }, 'VERIFY_MANIFEST'],
  ] satisfies [string, ToyAnswerParts, string][])('%s, signed, are a fail', async (_, parts: ToyAnswerParts, code) => {
    const outcome = await signed(parts)
    expect(told(outcome)).toBe(`fail ${code}`)
    expect(outcome.verdict.work).toBe(0)
  })

  it.each([
    ['a text that is not the signed one', { receipt: { textDigest: sha256Hex('other') } }, 'VERIFY_BYTES'],
    ['log-probabilities that are not the signed ones', { receipt: { logProbsDigest: '5'.repeat(64) } }, 'VERIFY_BYTES'],
    ['a receipt for another request', { receipt: { requestId: '9'.repeat(32) } }, 'VERIFY_IDENTITY'],
  ] satisfies [string, ToyAnswerParts, string][])('%s could come from a stranger and is a miss', async (_, parts: ToyAnswerParts, code) => {
    expect(told(await signed(parts))).toBe(`miss ${code}`)
  })

  it("wrong tokens under a stranger's signature are a miss: they say nothing about the miner", async () => {
    expect(told(await signed({ text: 'hi', tokenIds: [8, 8, 0], miner: devKey('Stranger') }))).toBe('miss VERIFY_IDENTITY')
    const receipt = { miner: devKey('Miner').hotkey }
    expect(told(await signed({ text: 'hi', tokenIds: [8, 8, 0], miner: devKey('Stranger'), receipt }))).toBe('miss VERIFY_SIGNATURE')
  })

  it('a receipt changed on the way is a miss', async () => {
    const outcome = await askHostile(({ socket, body }) => {
      const answer = toyAnswer(JSON.parse(body))
      socket.write(httpReply(JSON.stringify(answer).replace(answer.assay.receipt.tokenIds, packTokenIds([8, 8, 0]))))
    })
    expect(told(outcome)).toBe('miss VERIFY_SIGNATURE')
  })
})
