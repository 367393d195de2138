import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { devKey, include, openApi, startTestChain } from './chain-harness.ts'
import { rpc } from './rpc-client.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-chain-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a chain in a file', () => {
  it('goes on from its last block with the same genesis, heads, balances and history', async () => {
    const path = join(folder, 'chain.sqlite')
    const first = await startTestChain({ path })
    const api = await openApi(first)
    await include(first, api, api.tx.balances!.transferKeepAlive!(devKey('Bob').address, 5_000_000_000n), devKey('Alice'))
    first.newBlock(3)
    const account = (await api.query.system!.account!(devKey('Bob').address)).toHex()
    const [genesis, head, final] = [first.genesisHash, first.chain.head, first.chain.finalized.hash]
    await api.disconnect()
    await first.stop()

    const second = await startTestChain({ path })
    expect([second.genesisHash, second.chain.head.hash, second.chain.finalized.hash]).toEqual([genesis, head.hash, final])
    const again = await openApi(second)
    expect((await again.query.system!.account!(devKey('Bob').address)).toHex()).toBe(account)
    const older = await again.at(second.chain.blockByNumber(head.number - 2)!.hash)
    expect((await older.query.system!.number!()).toString()).toBe(String(head.number - 2))
    second.newBlock()
    expect(second.chain.headerOf(second.chain.head).parent_hash).toBe(head.hash)
    await again.disconnect()
    await second.stop()
  })

  it('is refused under another preset', async () => {
    const path = join(folder, 'chain.sqlite')
    await (await startTestChain({ path, preset: 'fast' })).stop()
    await expect(startTestChain({ path, preset: 'default' })).rejects.toMatchObject({ code: 'DEVCHAIN_OTHER_CHAIN' })
  })

  it('that cannot be opened, is no database, or belongs to a running chain is refused', async () => {
    await expect(startTestChain({ path: join(folder, 'missing', 'chain.sqlite') })).rejects.toMatchObject({ code: 'DEVCHAIN_OPEN' })
    const text = join(folder, 'text')
    writeFileSync(text, 'no database '.repeat(1_000))
    await expect(startTestChain({ path: text })).rejects.toMatchObject({ code: 'DEVCHAIN_OPEN' })
    const path = join(folder, 'chain.sqlite')
    const running = await startTestChain({ path })
    await expect(startTestChain({ path })).rejects.toMatchObject({ code: 'DEVCHAIN_OPEN' })
    await running.stop()
  })
})

describe('a port', () => {
  it('that is taken is named in the error', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(startTestChain({ port })).rejects.toMatchObject({
      code: 'DEVCHAIN_PORT_TAKEN',
      message: `Port ${port} on 127.0.0.1 is already in use.`,
    })
    other.close()
  })

  it('is free again after the chain stopped, also with clients connected', async () => {
    const running = await startTestChain()
    const api = await openApi(running)
    await api.disconnect()
    await running.stop()
    const next = await startTestChain({ port: running.port })
    expect((await rpc(next, 'system_chain')).result).toBe('Bittensor')
    await next.stop()
  })
})

describe('a chain by the clock', () => {
  it('makes a block per block time and reports its heads', async () => {
    const running = await startTestChain({ mode: 'interval', blockTimeMs: 20 })
    const numbers = await new Promise<number[]>(resolve => {
      const seen: number[] = []
      running.chain.listen(event => {
        if (event.kind === 'head') seen.push(event.block.number)
        if (seen.length === 3) resolve(seen)
      })
    })
    expect(numbers).toEqual([1, 2, 3])
    await running.stop()
  })
})
