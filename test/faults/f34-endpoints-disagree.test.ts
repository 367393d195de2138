import { describe, expect, it, vi } from 'vitest'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'

const lab = chainFaultLab()

/** Two nodes of one genesis whose blocks differ, the second with so many more of them. */
async function startFork(moreBlocks: number) {
  const [ours, theirs] = [await lab.chain(), await lab.chain()]
  const elsewhere = await lab.connect(theirs.url)
  const sent = elsewhere.submitTransfer(pairFromUri('//Alice'), pairFromUri('//Nobody').address, 1_000_000_000n, { until: 'included' })
  await vi.waitUntil(() => theirs.chain.pool.pending().length === 1, patient)
  theirs.newBlock(6 + moreBlocks)
  await sent
  ours.newBlock(6)
  const proxies = [await lab.proxy(ours), await lab.proxy(theirs)] as const
  const chain = await lab.connect(proxies.map(({ endpoint }) => endpoint))
  // What is final must be known before it can be disputed.
  const finalised: number[] = []
  chain.watchHeads('finalised', head => finalised.push(head.number))
  await vi.waitUntil(() => finalised.length > 0, patient)
  return { ours, theirs, chain, near: proxies[0], far: proxies[1] }
}

describe('F34: two endpoints disagree', () => {
  it('the block that was final decides: a longer fork is refused with an alarm, and the connection goes back', async () => {
    const { ours, theirs, chain, near, far } = await startFork(20)
    const final = await chain.readFinalisedHead()
    expect(theirs.chain.blockByNumber(final.number)?.hash).not.toBe(final.hash)
    near.cut()
    await vi.waitUntil(() => near.connectionCount() === 2, patient)
    expect(await chain.readHead()).toEqual({ number: ours.chain.head.number, hash: ours.chain.head.hash })
    expect(far.connectionCount()).toBe(1)
    expect(lab.troubles).toContain('CHAIN_FORKED')
    expect(far.calls.every(method => method === 'chain_getBlockHash')).toBe(true)
  })

  it('an endpoint that does not have the final block yet is not read from', async () => {
    const [ours, late] = [await lab.chain(), await lab.chain()]
    ours.newBlock(6)
    const [near, far] = [await lab.proxy(ours), await lab.proxy(late)]
    const chain = await lab.connect([near.endpoint, far.endpoint])
    const finalised: number[] = []
    chain.watchHeads('finalised', head => finalised.push(head.number))
    await vi.waitUntil(() => finalised.length > 0, patient)
    near.cut()
    await vi.waitUntil(() => near.connectionCount() === 2, patient)
    expect(chain.endpoint).toBe(near.endpoint)
    expect(lab.troubles).toContain('CHAIN_BEHIND')
  })
})
