import { describe, expect, it, vi } from 'vitest'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'

const tao = 1_000_000_000n
const lab = chainFaultLab()
const nobody = () => pairFromUri('//Nobody').address
const pay = (chain: SubstrateChain) => chain.submitTransfer(pairFromUri('//Alice'), nobody(), tao, { until: 'included' })

describe('F36: nonces', () => {
  it('two programs send for one key at once: each call is signed anew where the other was faster, and has exactly one effect', async () => {
    const node = await lab.chain()
    const [one, other] = [await lab.connect(node.url), await lab.connect(node.url)]
    const outcomes = Promise.all([pay(one), pay(other), pay(one), pay(other)])
    await vi.waitUntil(() => node.chain.pool.pending().length === 4, patient)
    node.newBlock()
    expect((await outcomes).map(({ status }) => status)).toEqual(['included', 'included', 'included', 'included'])
    expect(await one.readBalance(nobody())).toBe(4n * tao)
  })

  it('a stale nonce that the chain itself gave is asked for again, three times at most', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    const first = pay(chain)
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock()
    await first
    let lies = 1
    proxy.tampering.request = ({ method }) => (method === 'system_accountNextIndex' && lies-- > 0 ? { result: 0 } : 'pass')
    const second = pay(chain)
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock()
    expect(await second).toMatchObject({ status: 'included' })
    proxy.tampering.request = ({ method }) => (method === 'system_accountNextIndex' ? { result: 0 } : 'pass')
    const before = proxy.calls.length
    expect(await pay(chain)).toMatchObject({ status: 'refused', error: 'Stale' })
    expect(proxy.calls.slice(before).filter(method => method === 'author_submitAndWatchExtrinsic')).toHaveLength(3)
    expect(await chain.readBalance(nobody())).toBe(2n * tao)
  })
})
