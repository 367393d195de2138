import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { crowdedNetuid, startCrowdedChain } from '../../support/crowded-subnet.ts'
import { startRpcProxy } from '../../support/rpc-proxy.ts'

const cleanups: (() => Promise<void>)[] = []
beforeAll(() => waitForCrypto())
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe('a metagraph of 256 neurons', () => {
  it('takes exactly one call after the connection is made', async () => {
    const node = await startCrowdedChain(256)
    cleanups.push(() => node.stop())
    const proxy = await startRpcProxy(node.url)
    cleanups.push(() => proxy.close())
    const chain = await connectSubstrateChain({ endpoint: proxy.endpoint })
    cleanups.push(() => chain.close())
    const heads: number[] = []
    chain.watchHeads('best', head => heads.push(head.number))
    // The subscriptions of the connection are part of making it.
    await vi.waitUntil(() => heads.length > 0 && proxy.calls.includes('chain_subscribeFinalizedHeads'), { timeout: 20_000 })
    const before = proxy.calls.length
    const metagraph = await chain.readMetagraph(crowdedNetuid)
    expect(proxy.calls.slice(before)).toEqual(['state_call'])
    expect(metagraph.neurons).toHaveLength(256)
    expect(metagraph.blockHash).toBe(node.chain.head.hash)
    expect(metagraph.neurons[255]?.alphaStakeRao).toBe(256n * 1_000_000_000n)
    node.newBlock(3)
    const after = await chain.readMetagraph(crowdedNetuid)
    expect(after).toMatchObject({ block: 3, blockHash: node.chain.head.hash })
  })
})
