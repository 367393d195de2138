import { describe, expect, it, vi } from 'vitest'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'

const tao = 1_000_000_000n
const lab = chainFaultLab()

describe('F37: a call that is stuck until its era is over', () => {
  it('is said to be expired by the height of the final blocks, and the same call signed anew has one effect', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint, { timeoutMs: 2_000 })
    const nobody = pairFromUri('//Nobody').address
    const pay = () => chain.submitTransfer(pairFromUri('//Alice'), nobody, tao, { until: 'included', eraBlocks: 8 })
    const sent: unknown[] = []
    // A node that takes the call and never passes it on.
    proxy.tampering.request = ({ method, params }) => {
      if (method !== 'author_submitAndWatchExtrinsic') return 'pass'
      sent.push(params)
      return { result: 'stuck' }
    }
    const stuck = pay()
    await vi.waitUntil(() => sent.length === 1, patient)
    node.newBlock(12)
    expect(await stuck).toMatchObject({ status: 'refused', error: 'Expired', docs: expect.stringContaining('block 8') })
    proxy.tampering.request = undefined
    const again = pay()
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock()
    expect(await again).toMatchObject({ status: 'included' })
    expect(sent).toHaveLength(1)
    expect(await chain.readBalance(nobody)).toBe(tao)
  })

  it('whose era is not over yet is of unknown fate, with the block that ends it, and nothing is sent again', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint, { timeoutMs: 500 })
    proxy.tampering.request = ({ method }) => (method === 'author_submitAndWatchExtrinsic' ? { result: 'stuck' } : 'pass')
    const stuck = chain.submitTransfer(pairFromUri('//Alice'), pairFromUri('//Nobody').address, tao, { until: 'included' })
    await expect(stuck).rejects.toMatchObject({ code: 'CHAIN_FATE_UNKNOWN', details: { diesAtBlock: 128 } })
    expect(proxy.calls.filter(method => method === 'author_submitAndWatchExtrinsic')).toHaveLength(1)
  })
})
