import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { times } from '../support/full-faults.ts'
import { pipelineRequests } from '../support/pipeline-requests.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../support/test-miner.ts'

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
// The last bit marks a schnorrkel signature; without it the code refuses earlier.
const marked = (bytes: Buffer) => {
  bytes[63] = (bytes[63] ?? 0) | 0x80
  return bytes
}
const malformed = [
  () => hex(randomBytes(64)),
  () => hex(marked(randomBytes(64))),
  () => hex(randomBytes(63)),
  () => hex(randomBytes(65)),
  () => `0x${'g'.repeat(128)}`,
  () => hex(randomBytes(64)).toUpperCase(),
  // No point of the ristretto group: the first 32 bytes are above the field's size.
  () => hex(marked(Buffer.concat([Buffer.alloc(32, 0xff), Buffer.alloc(32, 0x01)]))),
  () => hex(marked(Buffer.alloc(64))),
  () => hex(Buffer.alloc(64, 0xff)),
]

describe('F02: signatures that are none', () => {
  let miner: TestMiner
  beforeAll(async () => {
    // Every one of them shall reach the check, so the bucket before it is opened wide.
    miner = await startTestMiner({ flags: { badSignatureRate: 1_000_000 } })
  })
  afterAll(() => miner.stop())

  it('are all refused with 401, and the miner goes on', async () => {
    const sign = () => signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest))
    const request = sign()
    const count = times(1_000, 100_000)
    const { statuses } = await pipelineRequests(miner.running.url, count, index =>
      withHeaders(request, { [authHeaders.time]: String(Date.now()), [authHeaders.signature]: malformed[index % malformed.length]?.() }),
    )
    expect(statuses).toEqual({ 401: count })
    expect(miner.engine.calls()).toBe(0)
    expect((await miner.send(sign())).status).toBe(200)
  }, 600_000)
})
