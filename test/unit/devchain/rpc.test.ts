import type { ApiPromise } from '@polkadot/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { devKey, include, openApi, openHttpApi, startTestChain } from './chain-harness.ts'
import { RawSocket, rpc } from './rpc-client.ts'

let running: RunningChain
let api: ApiPromise

beforeAll(async () => {
  running = await startTestChain({
    preset: 'fast',
    historyBlocks: 5,
    limits: { connections: 20, subscriptionsPerConnection: 3, messageBytes: 100_000 },
  })
  api = await openApi(running)
  running.newBlock(3)
})
afterAll(async () => {
  await api?.disconnect()
  await running?.stop()
})

const numberKey = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac'
const systemPrefix = '0x26aa394eea5630e07c48ae0c9558cef7'
const accountPrefix = `${systemPrefix}b99d880ec681799c0cf30e8886371da9`

describe('a plain api', () => {
  it('over HTTP reads storage, constants and runtime APIs', async () => {
    const http = await openHttpApi(running)
    expect(http.runtimeVersion.specName.toString()).toBe('node-subtensor')
    expect(http.consts.aura!.slotDuration!.toString()).toBe('1000')
    expect((await http.query.system!.number!()).toString()).toBe(String(running.chain.head.number))
    expect((await http.call.accountNonceApi!.accountNonce!(devKey('Alice').address)).toString()).toBe('0')
    await http.disconnect()
  })

  it('sees the token, the decimals and the address format', () => {
    expect([api.registry.chainTokens, api.registry.chainDecimals, api.registry.chainSS58]).toEqual([['TAO'], [9], 42])
  })

  it('lists a map by its keys', async () => {
    const entries = await api.query.system!.account!.entries()
    expect(entries.map(([key]) => key.args[0]!.toString())).toContain(devKey('Alice').address)
  })

  it('reads an older block as it was, and is told when its state is gone', async () => {
    const first = running.chain.head.hash
    running.newBlock(4)
    expect((await (await api.at(first)).query.timestamp!.now!()).toString()).not.toBe((await api.query.timestamp!.now!()).toString())
    const gone = running.chain.blockByNumber(running.chain.head.number - 6)!.hash
    const reply = await rpc(running, 'state_getStorage', numberKey, gone)
    expect(reply.error).toMatchObject({ code: 4003, message: expect.stringContaining('State already discarded') })
  })
})

describe('subscriptions', () => {
  it('tell new heads and finalized heads in order', async () => {
    const socket = await RawSocket.open(running)
    const start = running.chain.head.number
    expect(await socket.call('chain_subscribeNewHeads')).toMatchObject({ result: expect.any(String) })
    expect(await socket.call('chain_subscribeFinalizedHeads')).toMatchObject({ params: { result: { number: hex(start) } } })
    await socket.next()
    expect(await socket.next()).toMatchObject({ method: 'chain_finalizedHead', params: { result: { number: hex(start - 2) } } })
    running.newBlock()
    expect(await socket.next()).toMatchObject({ method: 'chain_newHead', params: { result: { number: hex(start + 1) } } })
    expect(await socket.next()).toMatchObject({ method: 'chain_finalizedHead', params: { result: { number: hex(start - 1) } } })
    socket.close()
  })

  it('to storage tell the value first and then each change', async () => {
    const socket = await RawSocket.open(running)
    await socket.call('state_subscribeStorage', [numberKey])
    const before = running.chain.head.number
    expect(await socket.next()).toMatchObject({ method: 'state_storage', params: { result: { changes: [[numberKey, u32(before)]] } } })
    running.newBlock()
    expect(await socket.next()).toMatchObject({
      params: { result: { block: running.chain.head.hash, changes: [[numberKey, u32(before + 1)]] } },
    })
    socket.close()
  })

  it('stop when they are ended', async () => {
    const socket = await RawSocket.open(running)
    const { result } = (await socket.call('chain_subscribeNewHeads')) as { result: string }
    await socket.next()
    expect(await socket.call('chain_unsubscribeNewHeads', result)).toMatchObject({ result: true })
    running.newBlock()
    expect(await socket.call('chain_unsubscribeNewHeads', result)).toMatchObject({ result: false })
    socket.close()
  })

  it('are limited for each connection, and a watched transaction gives its place back when it is final', async () => {
    const socket = await RawSocket.open(running)
    const { nonce } = await api.query.system!.account!(devKey('Dave').address).then(account => account.toJSON() as { nonce: number })
    for (let round = 0; round < 4; round += 1) {
      const signed = await api.tx.system!.remark!('0x01').signAsync(devKey('Dave'), { nonce: nonce + round })
      expect(await socket.call('author_submitAndWatchExtrinsic', signed.toHex())).toMatchObject({ result: expect.any(String) })
      expect(await socket.next()).toMatchObject({ params: { result: 'ready' } })
      running.newBlock(3)
      expect(await socket.next()).toMatchObject({ params: { result: { inBlock: expect.any(String) } } })
      expect(await socket.next()).toMatchObject({ params: { result: { finalized: expect.any(String) } } })
    }
    for (let count = 0; count < 3; count += 1) {
      await socket.call('state_subscribeRuntimeVersion')
      await socket.next()
    }
    expect(await socket.call('state_subscribeRuntimeVersion')).toMatchObject({ error: { code: -32006 } })
    socket.close()
  })

  it('are refused over HTTP', async () => {
    expect((await rpc(running, 'chain_subscribeNewHeads')).error?.code).toBe(-32601)
  })
})

describe('state methods', () => {
  it('page through keys', async () => {
    const all = (await rpc(running, 'state_getKeys', accountPrefix)).result as string[]
    const first = (await rpc(running, 'state_getKeysPaged', accountPrefix, 4)).result as string[]
    const rest = (await rpc(running, 'state_getKeysPaged', accountPrefix, 1_000, first.at(-1))).result as string[]
    expect([...first, ...rest]).toEqual(all)
    expect(all.length).toBeGreaterThanOrEqual(9)
  })

  it('give the history of a key between two blocks', async () => {
    running.newBlock(2)
    const { head } = running.chain
    const from = running.chain.blockByNumber(head.number - 2)!
    const { result } = await rpc(running, 'state_queryStorage', [numberKey], from.hash, head.hash)
    expect(result).toEqual(
      [-2, -1, 0].map(offset => ({
        block: running.chain.blockByNumber(head.number + offset)!.hash,
        changes: [[numberKey, u32(head.number + offset)]],
      })),
    )
  })

  it('give size and hash of a value', async () => {
    expect((await rpc(running, 'state_getStorageSize', numberKey)).result).toBe(4)
    expect((await rpc(running, 'state_getStorageHash', numberKey)).result).toMatch(/^0x[0-9a-f]{64}$/)
    expect((await rpc(running, 'state_getStorage', `${numberKey}00`)).result).toBeNull()
  })

  it('refuse what is malformed', async () => {
    for (const [method, ...params] of [
      ['state_getStorage', 'zz'],
      ['state_getKeysPaged', '0x', 100_000],
      ['state_call', 'Core_version', '0x00'],
      ['state_call', 'AccountNonceApi_account_nonce', '0x01'],
      ['chain_getHeader', '0x12'],
      ['chain_getBlockHash', -1],
      ['system_accountNextIndex', 'nobody'],
      ['payment_queryInfo', '0x0102'],
    ] as const) {
      expect((await rpc(running, method, ...params)).error?.code, method).toBe(-32602)
    }
    expect((await rpc(running, 'state_call', 'Nothing_here', '0x')).error?.message).toContain('Exported method Nothing_here is not found')
  })
})

describe('development methods', () => {
  it('dev_newBlock makes blocks and gives the last hash', async () => {
    const before = running.chain.head.number
    expect((await rpc(running, 'dev_newBlock', { count: 3 })).result).toBe(running.chain.head.hash)
    expect(running.chain.head.number).toBe(before + 3)
    await rpc(running, 'dev_newBlock', { to: before + 5 })
    expect(running.chain.head.number).toBe(before + 5)
  })

  it('dev_setStorage writes by names, with addresses as people write them', async () => {
    const { address } = devKey('Zoe')
    await rpc(running, 'dev_setStorage', {
      System: { Account: [[[address], { providers: 1, data: { free: '777000000' } }]] },
      SubtensorModule: { networkRateLimit: 0 },
    })
    expect((await api.query.system!.account!(address)).toJSON()).toMatchObject({ providers: 1, data: { free: 777_000_000 } })
    expect((await api.query.subtensorModule!.networkRateLimit!()).toString()).toBe('0')
    running.newBlock(3)
    expect((await include(running, api, api.tx.system!.remarkWithEvent!('0x05'), devKey('Zoe'))).error).toBeUndefined()
  })

  it('dev_setStorage writes raw pairs, removes with null, and tells subscribers', async () => {
    const key = `0x${'ab'.repeat(40)}`
    const socket = await RawSocket.open(running)
    await socket.call('state_subscribeStorage', [key])
    await socket.next()
    await rpc(running, 'dev_setStorage', [[key, '0x0102']])
    expect(await socket.next()).toMatchObject({ params: { result: { changes: [[key, '0x0102']] } } })
    await rpc(running, 'dev_setStorage', [[key, null]])
    expect((await rpc(running, 'state_getStorage', key)).result).toBeNull()
    socket.close()
  })

  it('dev_setStorage refuses what it does not understand', async () => {
    for (const value of [
      { Nothing: {} },
      { System: { Nothing: 1 } },
      { System: { Account: 5 } },
      { System: { Account: [[[1, 2], {}]] } },
      [['0x00']],
      'text',
      null,
    ]) {
      expect((await rpc(running, 'dev_setStorage', value)).error?.code).toBe(-32602)
    }
  })

  it('a transaction whose birth block was forgotten is ancient', async () => {
    const birth = running.chain.head
    const era = api.registry.createType('ExtrinsicEra', { current: birth.number, period: 64 })
    const signed = await api.tx.system!.remark!('0x00').signAsync(devKey('Eve'), { era: era.toHex() as never, blockHash: birth.hash })
    running.newBlock()
    await rpc(running, 'dev_setStorage', [[api.query.system!.blockHash!.key(birth.number), null]])
    expect((await rpc(running, 'author_submitExtrinsic', signed.toHex())).error).toMatchObject({
      code: 1010,
      data: 'Transaction has an ancient birth block',
    })
  })

  it('dev_timeTravel moves the clock of the next block', async () => {
    const later = Date.now() + 86_400_000
    await rpc(running, 'dev_timeTravel', later)
    running.newBlock()
    expect(Number((await api.query.timestamp!.now!()).toString())).toBeGreaterThanOrEqual(later - 1_000)
  })
})

const hex = (value: number) => `0x${value.toString(16)}`

function u32(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return `0x${bytes.toString('hex')}`
}
