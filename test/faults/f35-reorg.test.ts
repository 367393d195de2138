import { describe, expect, it, vi } from 'vitest'
import type { SubmitOptions } from '../../shared/chain/chain-port.ts'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'

const tao = 1_000_000_000n
const lab = chainFaultLab()
const nobody = () => pairFromUri('//Nobody').address
const pay = (chain: SubstrateChain, options: SubmitOptions) => chain.submitTransfer(pairFromUri('//Alice'), nobody(), tao, options)

describe('F35: a re-organisation drops the block that held our call', () => {
  it('that waits for finality goes on, and is reported in the block that became final; one effect', async () => {
    const node = await lab.chain({ finalityLag: 4 })
    const chain = await lab.connect(node.url)
    node.newBlock(6)
    const outcome = pay(chain, { until: 'finalised' })
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    const first = node.newBlock()
    node.reorg(2)
    node.newBlock(8)
    const end = await outcome
    expect(end).toMatchObject({ status: 'finalised' })
    const block = end.status === 'finalised' ? end.block : undefined
    expect(block?.hash).not.toBe(first.hash)
    expect(node.chain.blockByNumber(block?.number ?? -1)?.hash).toBe(block?.hash)
    expect(await chain.readBalance(nobody())).toBe(tao)
  })

  it('and loses it: it is said to be expired when its era is over and final, and may then be sent again', async () => {
    const node = await lab.chain({ finalityLag: 4 })
    const chain = await lab.connect(node.url, { timeoutMs: 1_500 })
    node.newBlock(6)
    const options = { until: 'finalised', eraBlocks: 8 } as const
    const outcome = pay(chain, options)
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock()
    node.reorg(2, { lose: true })
    node.newBlock(14)
    expect(await outcome).toMatchObject({ status: 'refused' })
    expect(await chain.readBalance(nobody())).toBe(0n)
    const again = pay(chain, options)
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock(6)
    expect(await again).toMatchObject({ status: 'finalised' })
    expect(await chain.readBalance(nobody())).toBe(tao)
  })
})
