import { describe, expect, it, vi } from 'vitest'
import { startBlockClock } from '../../shared/chain/block-clock.ts'
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

  it('while running: an endpoint that stands by and calls another block final is an alarm, and what was final first stays', async () => {
    const [ours, theirs] = [await lab.chain(), await lab.chain()]
    const elsewhere = await lab.connect(theirs.url)
    const sent = elsewhere.submitTransfer(pairFromUri('//Alice'), pairFromUri('//Nobody').address, 1_000_000_000n, { until: 'included' })
    await vi.waitUntil(() => theirs.chain.pool.pending().length === 1, patient)
    theirs.newBlock(30)
    await sent
    ours.newBlock(6)
    const [near, far] = [await lab.proxy(ours), await lab.proxy(theirs)]
    const chain = await lab.connect([near.endpoint, far.endpoint], { compareMs: 50 })
    await vi.waitUntil(() => lab.troubles.includes('CHAIN_DISAGREE'), patient)
    expect(chain.endpoint).toBe(near.endpoint)
    const final = await chain.readFinalisedHead()
    expect(ours.chain.blockByNumber(final.number)?.hash).toBe(final.hash)
    // Nothing but what it takes to compare was asked of the other one, over one socket at a time.
    expect(new Set(far.calls)).toEqual(new Set(['chain_getBlockHash', 'chain_getFinalizedHead', 'chain_getHeader']))
    expect(far.openCount()).toBeLessThanOrEqual(1)
  })

  it('while running: an endpoint whose finality stands still while another one’s goes on is left for that one', async () => {
    const node = await lab.chain()
    node.newBlock(6)
    const [stuck, good] = [await lab.proxy(node), await lab.proxy(node)]
    const chain = await lab.connect([stuck.endpoint, good.endpoint], { compareMs: 50 })
    const finalised: number[] = []
    chain.watchHeads('finalised', head => finalised.push(head.number))
    await vi.waitUntil(() => finalised.length > 0, patient)
    stuck.tampering.reply = message => (message.method === 'chain_finalizedHead' ? null : message)
    node.newBlock(40)
    await vi.waitUntil(() => chain.endpoint === good.endpoint && (finalised.at(-1) ?? 0) > 30, patient)
    expect(lab.troubles).toContain('CHAIN_BEHIND')
  })

  it('while running: an endpoint that goes over to a fork behind what was final is left, and its head is not taken', async () => {
    const { theirs, chain, near, ours } = await startFork(20)
    const finalised: number[] = []
    chain.watchHeads('finalised', head => finalised.push(head.number))
    await vi.waitUntil(() => finalised.length > 0, patient)
    const header = theirs.chain.head.number - 3
    const forked = await (await lab.connect(theirs.url)).callRpc('chain_getHeader', [theirs.chain.blockByNumber(header)?.hash])
    near.tampering.reply = (message, method) => {
      if (message.method === 'chain_finalizedHead') return { ...message, params: { ...Object(message.params), result: forked } }
      return method === 'chain_getBlockHash' && near.connectionCount() === 1 ? { ...message, result: theirs.chain.head.hash } : message
    }
    ours.newBlock()
    await vi.waitUntil(() => lab.troubles.includes('CHAIN_FORKED'), patient)
    expect(finalised).not.toContain(header)
  })

  it.each(['best', 'finalised'] as const)('one %s head of billions is refused, and the clock goes on', async kind => {
    const node = await lab.chain()
    node.newBlock(6)
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    const clock = await startBlockClock(chain)
    const wanted = kind === 'best' ? 'chain_newHead' : 'chain_finalizedHead'
    let lies = 1
    proxy.tampering.reply = message => {
      if (message.method !== wanted || lies === 0) return message
      lies -= 1
      const { result, subscription } = Object(message.params)
      return { ...message, params: { subscription, result: { ...result, number: '0xffffffff' } } }
    }
    node.newBlock()
    await vi.waitUntil(() => lab.troubles.includes('CHAIN_HEAD_REFUSED'), patient)
    node.newBlock(3)
    await vi.waitUntil(() => clock.best().number === node.chain.head.number, patient)
    expect(clock.finalised().number).toBeLessThan(node.chain.head.number)
    clock.stop()
  })

  it.each(['0xffffffff', '0x1ffffffff', 'many', ''])('an endpoint whose head is at the height %j is not used', async number => {
    const node = await lab.chain()
    node.newBlock(6)
    const [liar, good] = [await lab.proxy(node), await lab.proxy(node)]
    liar.tampering.reply = (message, method) =>
      method === 'chain_getHeader' ? { ...message, result: { ...Object(message.result), number } } : message
    const chain = await lab.connect([liar.endpoint, good.endpoint])
    expect(chain.endpoint).toBe(good.endpoint)
    expect((await chain.readHead()).number).toBe(6)
    liar.tampering.reply = undefined
    good.tampering.reply = (message, method) =>
      method === 'chain_getHeader' ? { ...message, result: { ...Object(message.result), number } } : message
    await expect(chain.readHead()).rejects.toMatchObject({ code: number === '0xffffffff' ? 'CHAIN_HEAD_REFUSED' : 'CHAIN_DECODE' })
  })
})
