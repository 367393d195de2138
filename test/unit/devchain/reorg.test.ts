import type { ApiPromise } from '@polkadot/api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { devKey, openApi, startTestChain } from './chain-harness.ts'
import { RawSocket, rpc } from './rpc-client.ts'

const bob = devKey('Bob').address
const numberKey = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac'

describe('a re-organisation', () => {
  let running: RunningChain
  let api: ApiPromise
  let socket: RawSocket

  beforeEach(async () => {
    running = await startTestChain({ preset: 'fast', finalityLag: 4 })
    api = await openApi(running)
    socket = await RawSocket.open(running)
    running.newBlock(6)
  })
  afterEach(async () => {
    socket.close()
    await api.disconnect()
    await running.stop()
  })

  const transfer = (options: object) => api.tx.balances!.transferKeepAlive!(bob, 7_000_000_000n).signAsync(devKey('Alice'), options)
  const freeOfBob = async () => BigInt(((await api.query.system!.account!(bob)).toJSON() as { data: { free: string } }).data.free)

  async function watch(options: object) {
    const signed = await transfer(options)
    const watcher = await RawSocket.open(running)
    await watcher.call('author_submitAndWatchExtrinsic', signed.toHex())
    expect(await status(watcher)).toBe('ready')
    const block = running.newBlock()
    expect(await status(watcher)).toEqual({ inBlock: block.hash })
    return { watcher, block }
  }

  it('puts other blocks in the place of the newest, and tells only the longer fork’s head', async () => {
    const old = running.chain.head
    await socket.call('chain_subscribeNewHeads')
    await socket.next()
    const reply = await rpc(running, 'dev_reorg', 2)
    expect(reply.result).toBe(running.chain.head.hash)
    expect(running.chain.head.number).toBe(old.number + 1)
    expect(running.chain.blockByNumber(old.number)?.hash).not.toBe(old.hash)
    expect((await rpc(running, 'chain_getBlock', old.hash)).result).toBe(null)
    expect(await socket.next()).toMatchObject({ method: 'chain_newHead', params: { result: { number: hex(old.number + 1) } } })
    running.newBlock()
    expect(await socket.next()).toMatchObject({ params: { result: { number: hex(old.number + 2), parentHash: reply.result } } })
  })

  it('never makes a block again that it took away, however often', () => {
    const { number } = running.chain.head
    const seen = new Set([running.chain.head.hash])
    for (let fork = 0; fork < 3; fork += 1) seen.add(running.reorg(1, { blocks: 1 }).hash)
    expect(running.chain.head.number).toBe(number)
    expect(seen.size).toBe(4)
  })

  it('tells every block of the fork to those who listen to all heads', async () => {
    const { number } = running.chain.head
    await socket.call('chain_subscribeAllHeads')
    await socket.next()
    running.reorg(1)
    expect(await socket.next()).toMatchObject({ params: { result: { number: hex(number) } } })
    expect(await socket.next()).toMatchObject({ params: { result: { number: hex(number + 1) } } })
  })

  it('takes a transaction back and puts it into the fork, its watcher told step by step', async () => {
    const { watcher, block } = await watch({ era: 0 })
    const before = await freeOfBob()
    await rpc(running, 'dev_reorg', 1)
    expect(await status(watcher)).toEqual({ retracted: block.hash })
    expect(await status(watcher)).toBe('ready')
    const again = running.chain.blockByNumber(block.number)
    expect(again?.extrinsics).toHaveLength(2)
    expect(await status(watcher)).toEqual({ inBlock: again?.hash })
    expect(await freeOfBob()).toBe(before)
    running.newBlock(3)
    expect(await status(watcher)).toEqual({ finalized: again?.hash })
    watcher.close()
  })

  it('can lose the transactions: their effect is gone and the nonce is free again', async () => {
    const before = await freeOfBob()
    const { watcher, block } = await watch({ era: 0 })
    expect(await freeOfBob()).toBe(before + 7_000_000_000n)
    await rpc(running, 'dev_reorg', 1, { lose: true })
    expect(await status(watcher)).toEqual({ retracted: block.hash })
    expect(await freeOfBob()).toBe(before)
    expect((await rpc(running, 'system_accountNextIndex', devKey('Alice').address)).result).toBe(0)
    expect((await rpc(running, 'author_pendingExtrinsics')).result).toEqual([])
    watcher.close()
  })

  it('drops what was signed for a block that is gone', async () => {
    const birth = running.chain.head
    const signed = await transfer({
      era: api.registry.createType('ExtrinsicEra', { current: birth.number, period: 64 }),
      blockHash: birth.hash,
    })
    const watcher = await RawSocket.open(running)
    await watcher.call('author_submitAndWatchExtrinsic', signed.toHex())
    expect(await status(watcher)).toBe('ready')
    const block = running.newBlock()
    expect(await status(watcher)).toEqual({ inBlock: block.hash })
    running.reorg(2)
    expect(await status(watcher)).toEqual({ retracted: block.hash })
    expect(await status(watcher)).toBe('invalid')
    watcher.close()
  })

  it('tells those who watch storage what the new head holds', async () => {
    await socket.call('state_subscribeStorage', [numberKey])
    await socket.next()
    const { number } = running.chain.head
    running.reorg(3, { blocks: 1 })
    expect(running.chain.head.number).toBe(number - 2)
    expect(await socket.next()).toMatchObject({
      params: { result: { block: running.chain.head.hash, changes: [[numberKey, `0x${String(number - 2).padStart(2, '0')}000000`]] } },
    })
  })

  it('never reaches final blocks', async () => {
    const head = running.chain.head.hash
    expect((await rpc(running, 'dev_reorg', 5)).error).toMatchObject({ code: -32602, message: expect.stringContaining('only 4') })
    expect(running.chain.head.hash).toBe(head)
    expect((await rpc(running, 'dev_reorg', 4)).error).toBeUndefined()
    expect(running.chain.finalized.number).toBe(3)
  })
})

async function status(socket: RawSocket): Promise<unknown> {
  const message = (await socket.next()) as { readonly params: { readonly result: unknown } }
  return message.params.result
}

const hex = (number: number) => `0x${number.toString(16)}`
