import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { times } from '../support/full-faults.ts'
import { pipelineRequests } from '../support/pipeline-requests.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../support/test-miner.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const usedMiB = () => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

describe('F07: masses of new request ids under signatures that do not hold', () => {
  let open: TestMiner
  let guarded: TestMiner
  beforeAll(async () => {
    open = await startTestMiner({ flags: { badSignatureRate: 1_000_000 } })
    guarded = await startTestMiner()
  })
  afterAll(async () => {
    await open.stop()
    await guarded.stop()
  })

  const flood = async (miner: TestMiner, count: number) => {
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest))
    const send = (number: number) =>
      pipelineRequests(miner.running.url, number, () =>
        withHeaders(request, { [authHeaders.id]: randomBytes(16).toString('hex'), [authHeaders.time]: String(Date.now()) }),
      )
    // Code and buffers grow to their working size first.
    await send(300)
    const before = usedMiB()
    const { statuses } = await send(count)
    return { statuses, growthMiB: usedMiB() - before, held: await miner.figure('assay_miner_request_ids_held') }
  }

  it('store nothing when every signature is verified', async () => {
    const count = times(1_000, 100_000)
    const { statuses, growthMiB, held } = await flood(open, count)
    expect(statuses).toEqual({ 401: count })
    expect(held).toBe(0)
    expect(growthMiB).toBeLessThan(10)
  }, 900_000)

  it('store nothing when most are refused before their signature is looked at', async () => {
    const { statuses, growthMiB, held } = await flood(guarded, times(2_000, 1_000_000))
    expect(Object.keys(statuses).sort()).toEqual(expect.arrayContaining(['429']))
    expect(statuses['200']).toBeUndefined()
    expect(held).toBe(0)
    expect(growthMiB).toBeLessThan(10)
  }, 900_000)
})
