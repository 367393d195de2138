import { describe, expect, it, vi } from 'vitest'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'

const lab = chainFaultLab()

describe('F32: an endpoint that is of no use', () => {
  it('that accepts the connection and says nothing is left for the next one', async () => {
    const node = await lab.chain()
    const [mute, good] = [await lab.proxy(node), await lab.proxy(node)]
    mute.tampering.request = () => 'swallow'
    const chain = await lab.connect([mute.endpoint, good.endpoint], { timeoutMs: 3_000 })
    expect(chain.endpoint).toBe(good.endpoint)
    expect(lab.troubles).toContain('CHAIN_TIMEOUT')
  })

  it('that goes silent later is left after three calls without an answer', async () => {
    const node = await lab.chain()
    const [first, second] = [await lab.proxy(node), await lab.proxy(node)]
    const chain = await lab.connect([first.endpoint, second.endpoint], { timeoutMs: 1_000 })
    await vi.waitUntil(() => first.calls.includes('state_subscribeRuntimeVersion'), patient)
    await chain.readHead()
    first.tampering.request = () => 'swallow'
    const ends = await Promise.all([1, 2, 3].map(() => chain.readHead().catch(error => error.code)))
    expect(ends).toContain('CHAIN_TIMEOUT')
    await vi.waitUntil(() => second.openCount() === 1, patient)
    expect(chain.endpoint).toBe(second.endpoint)
    expect((await chain.readMetagraph(1)).netuid).toBe(1)
  })

  it('that stays at its height while others go on is left by the watchdog, and subscriptions move along', async () => {
    const node = await lab.chain()
    const [stuck, good] = [await lab.proxy(node), await lab.proxy(node)]
    const chain = await lab.connect([stuck.endpoint, good.endpoint], { stallMs: 300 })
    const seen: number[] = []
    chain.watchHeads('best', head => seen.push(head.number))
    await vi.waitUntil(() => seen.length === 1, patient)
    const header = await chain.callRpc('chain_getHeader', [])
    stuck.tampering.request = ({ method }) => (method === 'chain_getHeader' ? { result: header } : 'pass')
    stuck.tampering.reply = (message, method) => (method === null ? null : message)
    node.newBlock(2)
    await vi.waitUntil(() => seen.at(-1) === node.chain.head.number, patient)
    expect(chain.endpoint).toBe(good.endpoint)
    expect(lab.troubles).toContain('CHAIN_STALLED')
  })

  it('the only one, which reports nothing but answers with a higher block, is connected anew', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint, { stallMs: 300 })
    proxy.tampering.reply = (message, method) => (method === null ? null : message)
    await chain.readHead()
    node.newBlock()
    await vi.waitUntil(() => proxy.connectionCount() === 2, patient)
    expect(lab.troubles).toContain('CHAIN_STALLED')
  })

  it('the only one, which answers and makes no blocks, is not connected anew at every turn of the watchdog', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    await lab.connect(proxy.endpoint, { stallMs: 50 })
    await vi.waitUntil(() => proxy.calls.filter(method => method === 'chain_getHeader').length >= 4, patient)
    expect(proxy.connectionCount()).toBe(1)
  })

  it('that leads to another chain is struck off, and the others serve; never two sockets at once', async () => {
    const [node, other] = [await lab.chain(), await lab.chain({ genesis: { timestampMs: 1 } })]
    const [good, foreign] = [await lab.proxy(node), await lab.proxy(other)]
    const chain = await lab.connect([good.endpoint, foreign.endpoint])
    for (let turn = 1; turn <= 3; turn++) {
      good.cut()
      await vi.waitUntil(() => good.connectionCount() === turn + 1, patient)
      expect(await chain.readBlockHash(0)).toBe(node.genesisHash)
      expect(good.openCount() + foreign.openCount()).toBe(1)
    }
    expect(foreign.connectionCount()).toBe(1)
    expect(foreign.calls).toEqual(['chain_getBlockHash'])
    expect(lab.troubles.filter(code => code === 'CHAIN_WRONG_GENESIS')).toHaveLength(1)
  })

  it('all of them of another chain than expected: refused at once with both hashes', async () => {
    const node = await lab.chain()
    const expectedGenesisHash = `0x${'12'.repeat(32)}`
    await expect(lab.connect([node.url], { expectedGenesisHash })).rejects.toMatchObject({
      code: 'CHAIN_WRONG_GENESIS',
      details: { genesisHash: node.genesisHash, expectedGenesisHash },
    })
  })
})
