import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectSubstrateChain, type SubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { type RunningChain, startChain } from '../../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const included = { until: 'included' } as const
const tao = 1_000_000_000n
/** A busy machine is no failure. */
const patient = { timeout: 20_000, interval: 20 }

describe('a submission', () => {
  let node: RunningChain
  let network: TcpProxy
  let chain: SubstrateChain

  beforeAll(() => waitForCrypto())
  beforeEach(async () => {
    node = await startChain({ preset: 'fast', blockTimeMs: 50, mode: 'manual', port: 0 })
    network = await startTcpProxy(node.port)
    chain = await connectSubstrateChain({ endpoint: `ws://127.0.0.1:${network.port}`, timeoutMs: 10_000 })
  })
  afterEach(async () => {
    await chain.close()
    await network.close()
    await node.stop()
  })

  const transfer = (options: Parameters<SubstrateChain['submitTransfer']>[3] = included) =>
    chain.submitTransfer(pairFromUri('//Alice'), pairFromUri('//Nobody').address, tao, options)
  const poolHolds = (count: number) =>
    vi.waitUntil(async () => {
      const pending = await chain.callRpc('author_pendingExtrinsics', [])
      return Array.isArray(pending) && pending.length === count
    }, patient)

  it('whose connection is lost is found in the block that took it meanwhile', async () => {
    const outcome = transfer()
    await poolHolds(1)
    network.cut()
    const { number } = node.newBlock()
    expect(await outcome).toMatchObject({ status: 'included', block: { number } })
  })

  it('whose connection is lost is found in a block that takes it later', async () => {
    const outcome = transfer()
    await poolHolds(1)
    network.cut()
    await vi.waitUntil(
      () =>
        chain.readHead().then(
          () => true,
          () => false,
        ),
      patient,
    )
    const { number } = node.newBlock()
    expect(await outcome).toMatchObject({ status: 'included', block: { number } })
  })

  it('is said to be of unknown fate where no block takes it and the chain is gone', async () => {
    await chain.close()
    chain = await connectSubstrateChain({ endpoint: `ws://127.0.0.1:${network.port}`, timeoutMs: 2_000 })
    const outcome = transfer()
    const end = expect(outcome).rejects.toMatchObject({
      code: 'CHAIN_FATE_UNKNOWN',
      retry: true,
      details: { call: 'balances.transferKeepAlive' },
    })
    await poolHolds(1)
    await network.close()
    await end
  })

  it('ends with its caller’s signal', async () => {
    const controller = new AbortController()
    const outcome = transfer({ ...included, signal: controller.signal })
    await poolHolds(1)
    controller.abort(new Error('shutting down'))
    await expect(outcome).rejects.toThrowError('shutting down')
  })

  it('is final only when its block is', async () => {
    let done = false
    const outcome = transfer({ until: 'finalised' }).finally(() => {
      done = true
    })
    await poolHolds(1)
    const { number } = node.newBlock()
    await chain.readHead()
    expect(done).toBe(false)
    node.newBlock(2)
    expect(await outcome).toMatchObject({ status: 'finalised', block: { number } })
  })

  it('of one key waits in the pool behind the others of that key, with nonces in a row', async () => {
    const outcomes = [transfer(), transfer(), transfer()]
    await poolHolds(3)
    const { number } = node.newBlock()
    expect((await Promise.all(outcomes)).map(outcome => outcome.status !== 'refused' && outcome.block.number)).toEqual([
      number,
      number,
      number,
    ])
  })

  it('beyond 32 that wait for one key is refused and not queued', async () => {
    const outcomes = Array.from({ length: 40 }, () =>
      transfer().then(
        ({ status }) => status,
        error => error.code,
      ),
    )
    await poolHolds(32)
    node.newBlock()
    const counted = await Promise.all(outcomes)
    expect(counted.filter(result => result === 'CHAIN_BUSY')).toHaveLength(8)
    expect(counted.filter(result => result === 'included')).toHaveLength(32)
  })
})
