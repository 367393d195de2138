import { describe, expect, it, vi } from 'vitest'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'
import type { RpcProxy } from '../support/rpc-proxy.ts'

const tao = 1_000_000_000n
const send = 'author_submitAndWatchExtrinsic'
const lab = chainFaultLab()
const nobody = () => pairFromUri('//Nobody').address
const pay = (chain: SubstrateChain, options = {}) =>
  chain.submitTransfer(pairFromUri('//Alice'), nobody(), tao, { until: 'included', ...options })
const sends = (proxy: RpcProxy) => proxy.calls.filter(method => method === send)

describe('F31: the connection drops', () => {
  it('in the middle of a question: it fails well before its deadline, and the next one is answered', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    proxy.tampering.request = ({ method }) => {
      if (method === 'state_call') proxy.cut()
      return 'pass'
    }
    const startMs = performance.now()
    await expect(chain.readMetagraph(1)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', retry: true })
    expect(performance.now() - startMs).toBeLessThan(5_000)
    proxy.tampering.request = undefined
    expect((await chain.readMetagraph(1)).netuid).toBe(1)
    expect(lab.troubles).toEqual(['CHAIN_UNREACHABLE'])
  })

  it('after a submission arrived: it is found in its block and sent once', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    proxy.tampering.reply = (message, method) => {
      // The chain took the call; its answer never arrives.
      if (method !== send) return message
      proxy.cut()
      return null
    }
    const outcome = pay(chain)
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    const { number } = node.newBlock()
    expect(await outcome).toMatchObject({ status: 'included', block: { number } })
    expect(sends(proxy)).toHaveLength(1)
    expect(await chain.readBalance(nobody())).toBe(tao)
  })

  it('before a submission arrived: it is not sent blindly again, and said to be expired once no block can take it', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint, { timeoutMs: 2_000 })
    proxy.tampering.request = ({ method }) => {
      if (method !== send) return 'pass'
      proxy.cut()
      return 'swallow'
    }
    const outcome = pay(chain, { eraBlocks: 4 })
    await vi.waitUntil(() => sends(proxy).length === 1, patient)
    node.newBlock(8)
    expect(await outcome).toMatchObject({ status: 'refused', error: 'Expired' })
    expect(sends(proxy)).toHaveLength(1)
    expect(await chain.readBalance(nobody())).toBe(0n)
  })
})
