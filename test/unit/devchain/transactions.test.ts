import type { ApiPromise } from '@polkadot/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { devKey, errorName, include, openApi, startTestChain } from './chain-harness.ts'

let running: RunningChain
let api: ApiPromise
const alice = () => devKey('Alice')
const bob = () => devKey('Bob')

beforeAll(async () => {
  running = await startTestChain()
  api = await openApi(running)
})
afterAll(async () => {
  await api?.disconnect()
  await running?.stop()
})

const freeOf = async (address: string): Promise<bigint> => {
  const account = (await api.query.system!.account!(address)).toJSON() as { data: { free: number | string } }
  return BigInt(account.data.free)
}

describe('a transfer', () => {
  it('moves the amount, pays the fee, and reports ready, inBlock and finalized in this order', async () => {
    const before = await freeOf(bob().address)
    const statuses: string[] = []
    await new Promise<void>((resolve, reject) => {
      api.tx.balances!.transferKeepAlive!(bob().address, 1_000_000_000n)
        .signAndSend(alice(), ({ status }) => {
          statuses.push(status.type)
          // The lag is two: the block after next makes it final.
          if (status.isReady) running.newBlock()
          if (status.isInBlock) running.newBlock(2)
          if (status.isFinalized) resolve()
        })
        .catch(reject)
    })
    expect(statuses).toEqual(['Ready', 'InBlock', 'Finalized'])
    expect((await freeOf(bob().address)) - before).toBe(1_000_000_000n)
  })

  it('to a new account creates it and shows every event', async () => {
    const { events, error } = await include(running, api, api.tx.balances!.transferAllowDeath!(devKey('Nobody').address, 600), alice())
    expect(error).toBeUndefined()
    expect(events).toEqual([
      'balances.Withdraw',
      'system.NewAccount',
      'balances.Endowed',
      'balances.Transfer',
      'balances.Deposit',
      'transactionPayment.TransactionFeePaid',
      'system.ExtrinsicSuccess',
    ])
  })

  it('below the existential deposit fails with the named token error and undoes everything but the fee', async () => {
    const target = devKey('TooLittle').address
    const { error, events } = await include(running, api, api.tx.balances!.transferAllowDeath!(target, 499), alice())
    expect(error).toBe('Token')
    expect(events).not.toContain('balances.Transfer')
    expect(await freeOf(target)).toBe(0n)
  })

  it.each(['ed25519', 'ecdsa'] as const)('can be signed with an %s key', async type => {
    const key = devKey('Ferdie', type)
    await include(running, api, api.tx.balances!.transferAllowDeath!(key.address, 5_000_000_000n), alice())
    const { error } = await include(running, api, api.tx.balances!.transferAllowDeath!(bob().address, 1_000n), key)
    expect(error).toBeUndefined()
  })

  it('of a payload longer than 256 bytes is signed by its hash', async () => {
    const { error, events } = await include(running, api, api.tx.system!.remarkWithEvent!(`0x${'ab'.repeat(400)}`), alice())
    expect(error).toBeUndefined()
    expect(events).toContain('system.Remarked')
  })

  it('costs what the api says beforehand, and the supply stays the same', async () => {
    const tx = api.tx.balances!.transferKeepAlive!(bob().address, 7)
    const { partialFee } = await tx.paymentInfo(alice())
    const [before, issuance] = [await freeOf(alice().address), await issued()]
    await include(running, api, tx, alice())
    const paid = before - (await freeOf(alice().address)) - 7n
    // The estimate is made with a placeholder whose nonce may be some bytes shorter.
    expect(paid - partialFee.toBigInt()).toBeLessThanOrEqual(8n)
    expect(paid).toBeGreaterThan(0n)
    expect(await issued()).toBe(issuance)
  })
})

describe('sudo and utility', () => {
  it('sudo dispatches as root, is free, and reports the result', async () => {
    const before = await freeOf(alice().address)
    const call = api.tx.balances!.forceSetBalance!(devKey('Rich').address, 123_456_789n)
    const { events } = await include(running, api, api.tx.sudo!.sudo!(call), alice())
    expect(events).toContain('sudo.Sudid')
    expect(await freeOf(devKey('Rich').address)).toBe(123_456_789n)
    expect(await freeOf(alice().address)).toBe(before)
  })

  it('a free call still pays the tip that it offers', async () => {
    const before = await freeOf(alice().address)
    await api.tx.sudo!.sudo!(api.tx.system!.remark!('0x00')).signAndSend(alice(), { tip: 12_345 })
    running.newBlock()
    expect(before - (await freeOf(alice().address))).toBe(12_345n)
  })

  it('a root call without sudo fails with BadOrigin', async () => {
    const { error } = await include(running, api, api.tx.balances!.forceSetBalance!(bob().address, 1), alice())
    expect(error).toBe('BadOrigin')
  })

  it('batch stops at the first failure and keeps what came before', async () => {
    const [good, bad] = [api.tx.system!.remarkWithEvent!('0x01'), api.tx.balances!.forceSetBalance!(bob().address, 1)]
    const { events } = await include(running, api, api.tx.utility!.batch!([good, bad, good]), alice())
    expect(events.filter(name => /remarked|utility/i.test(name))).toEqual([
      'system.Remarked',
      'utility.ItemCompleted',
      'utility.BatchInterrupted',
    ])
  })

  it('batchAll undoes everything when one call fails', async () => {
    const [good, bad] = [api.tx.system!.remarkWithEvent!('0x01'), api.tx.balances!.forceSetBalance!(bob().address, 1)]
    const { events, error } = await include(running, api, api.tx.utility!.batchAll!([good, bad]), alice())
    expect(error).toBe('BadOrigin')
    expect(events).not.toContain('system.Remarked')
  })

  it('forceBatch goes on after a failure', async () => {
    const [good, bad] = [api.tx.system!.remarkWithEvent!('0x01'), api.tx.balances!.forceSetBalance!(bob().address, 1)]
    const { events } = await include(running, api, api.tx.utility!.forceBatch!([bad, good]), alice())
    expect(events.filter(name => /remarked|utility/i.test(name))).toEqual([
      'utility.ItemFailed',
      'system.Remarked',
      'utility.ItemCompleted',
      'utility.BatchCompletedWithErrors',
    ])
  })

  it('a batch within a batch is filtered', async () => {
    const inner = api.tx.utility!.batch!([api.tx.system!.remark!('0x01')])
    const { error } = await include(running, api, api.tx.utility!.batchAll!([inner]), alice())
    expect(error).toBe('system.CallFiltered')
  })
})

describe('the pool refuses', () => {
  const remark = () => api.tx.system!.remark!('0x00')
  const refusal = (send: Promise<unknown>) =>
    send.then(
      () => 'accepted',
      (error: Error) => error.message,
    )

  it('an old nonce as outdated', async () => {
    expect(await refusal(remark().signAndSend(alice(), { nonce: 0 }))).toBe('1010: Invalid Transaction: Transaction is outdated')
  })

  it('a signature for another genesis', async () => {
    const options = { genesisHash: `0x${'22'.repeat(32)}`, nonce: -1 }
    expect(await refusal(remark().signAndSend(alice(), options))).toBe('1010: Invalid Transaction: Transaction has a bad signature')
  })

  it('a signature over another runtime version', async () => {
    const { genesisHash } = running
    const nonce = await api.rpc.system.accountNextIndex(alice().address)
    const runtimeVersion = { specVersion: 424, transactionVersion: 1 } as never
    const signed = remark().sign(alice(), { genesisHash, blockHash: genesisHash, nonce, runtimeVersion })
    expect(await refusal(api.rpc.author.submitExtrinsic(signed))).toBe('1010: Invalid Transaction: Transaction has a bad signature')
  })

  it('a signature that is no point of the curve', async () => {
    const signed = await remark().signAsync(alice(), { nonce: -1 })
    const bytes = signed.toU8a()
    // Two bytes of length, version, address (33), kind of signature; then its point R.
    bytes.fill(0xff, 37, 69)
    expect(await submitRaw(`0x${Buffer.from(bytes).toString('hex')}`)).toMatchObject({
      code: 1010,
      data: 'Transaction has a bad signature',
    })
  })

  it('an era whose birth block lies in the future or was never known', async () => {
    const blockHash = running.chain.head.hash
    const era = api.registry.createType('ExtrinsicEra', { current: running.chain.head.number, period: 64 })
    const good = await remark().signAsync(alice(), { era: era.toHex() as never, blockHash, nonce: -1 })
    expect(await refusal(api.rpc.author.submitExtrinsic(good))).toBe('accepted')
    running.newBlock()
    const wrongBirth = await remark().signAsync(alice(), { era: era.toHex() as never, blockHash: running.genesisHash, nonce: -1 })
    expect(await refusal(api.rpc.author.submitExtrinsic(wrongBirth))).toMatch(/bad signature/)
  })

  it('an expired era', async () => {
    const birth = running.chain.head
    const era = api.registry.createType('ExtrinsicEra', { current: birth.number, period: 4 })
    const signed = await remark().signAsync(alice(), { era: era.toHex() as never, blockHash: birth.hash, nonce: -1 })
    running.newBlock(8)
    expect(await refusal(api.rpc.author.submitExtrinsic(signed))).toMatch(/bad signature/)
  })

  it('an account that cannot pay', async () => {
    expect(await refusal(remark().signAndSend(devKey('Pauper')))).toMatch(/^1010: Invalid Transaction: Inability to pay some fees/)
  })

  it('a second transaction of one nonce, unless it tips more', async () => {
    const nonce = (await api.rpc.system.accountNextIndex(bob().address)).toNumber()
    expect(await refusal(remark().signAndSend(bob(), { nonce, era: 0 }))).toBe('accepted')
    expect(await refusal(api.tx.system!.remark!('0x01').signAndSend(bob(), { nonce, era: 0 }))).toMatch(/^1014: Priority is too low/)
    expect(await refusal(api.tx.system!.remark!('0x02').signAndSend(bob(), { nonce, era: 0, tip: 5 }))).toBe('accepted')
    running.newBlock()
    expect((await api.rpc.system.accountNextIndex(bob().address)).toNumber()).toBe(nonce + 1)
  })

  it('sudo by anyone but the sudo key', async () => {
    expect(await refusal(api.tx.sudo!.sudo!(remark()).signAndSend(bob()))).toBe('1010: Invalid Transaction: Invalid signing address')
  })

  it('an unsigned call', async () => {
    expect(await refusal(api.rpc.author.submitExtrinsic(remark().toHex()))).toMatch(/^1011: /)
  })

  it('bytes that are no extrinsic', async () => {
    for (const bytes of ['0x', '0x00', '0x010203', `0x${'ff'.repeat(200)}`]) expect(await submitRaw(bytes)).toMatchObject({ code: 1001 })
  })

  it('a nonce in the future waits until the gap is closed', async () => {
    const nonce = (await api.rpc.system.accountNextIndex(bob().address)).toNumber()
    await remark().signAndSend(bob(), { nonce: nonce + 1 })
    running.newBlock()
    expect((await api.rpc.system.accountNextIndex(bob().address)).toNumber()).toBe(nonce)
    await remark().signAndSend(bob(), { nonce })
    running.newBlock()
    expect((await api.rpc.system.accountNextIndex(bob().address)).toNumber()).toBe(nonce + 2)
  })
})

describe('names', () => {
  it('a module error is found by its name in the metadata', () => {
    expect(errorName(api, { Module: { index: 0, error: '0x05000000' } })).toBe('system.CallFiltered')
  })
})

async function submitRaw(bytes: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'author_submitExtrinsic', params: [bytes] })
  const reply = (await (await fetch(running.httpUrl, { method: 'POST', body })).json()) as { error?: unknown }
  return reply.error
}

const issued = async () => BigInt((await api.query.balances!.totalIssuance!()).toString())
