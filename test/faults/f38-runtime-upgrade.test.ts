import { describe, expect, it, vi } from 'vitest'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab, patient } from '../support/chain-fault-lab.ts'
import type { RpcProxy } from '../support/rpc-proxy.ts'

const tao = 1_000_000_000n
const lab = chainFaultLab()
const versionMethods = ['state_getRuntimeVersion', 'state_subscribeRuntimeVersion']

/** Makes the chain's runtime look so many versions older or newer than it is, in answers and in notifications. */
function pretend(proxy: RpcProxy, shift: () => number, rename: (hex: string) => string = hex => hex): void {
  const moved = (value: unknown) =>
    typeof value === 'object' && value !== null && 'specVersion' in value
      ? { ...value, specVersion: Number(value.specVersion) + shift() }
      : value
  proxy.tampering.reply = (message, method) => {
    if (method === 'state_call' && typeof message.result === 'string' && message.result.length > 50_000)
      return { ...message, result: rename(message.result) }
    if (method !== null && versionMethods.includes(method)) return { ...message, result: moved(message.result) }
    const params: unknown = message.params
    if (method === null && typeof params === 'object' && params !== null && 'result' in params)
      return { ...message, params: { ...params, result: moved(params.result) } }
    return message
  }
}
const hexOf = (text: string) => Buffer.from(text).toString('hex')

describe('F38: the runtime is upgraded', () => {
  it('between signing and sending: the call is signed for the new runtime and has one effect', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    let shift = -1
    pretend(proxy, () => shift)
    const chain = await lab.connect(proxy.endpoint)
    const { specVersion } = chain
    shift = 0
    const nobody = pairFromUri('//Nobody').address
    const outcome = chain.submitTransfer(pairFromUri('//Alice'), nobody, tao, { until: 'included' })
    await vi.waitUntil(() => node.chain.pool.pending().length === 1, patient)
    node.newBlock()
    expect(await outcome).toMatchObject({ status: 'included' })
    expect(chain.specVersion).toBe(specVersion + 1)
    expect(proxy.calls.filter(method => method === 'author_submitAndWatchExtrinsic')).toHaveLength(2)
    expect(await chain.readBalance(nobody)).toBe(tao)
  })

  it('with a call of another name: weights stop with CHAIN_UNSUPPORTED, and everything else goes on', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    let shift = 0
    pretend(proxy, () => shift)
    const chain = await lab.connect(proxy.endpoint)
    const { specVersion } = chain
    shift = 1
    pretend(
      proxy,
      () => shift,
      hex => hex.replaceAll(hexOf('set_weights'), hexOf('set_weightz')),
    )
    // The upgrade is noticed on the way back, before anybody may ask anything.
    proxy.cut()
    await vi.waitUntil(() => chain.specVersion === specVersion + 1, patient)
    const weights = { netuid: 1, uids: [0], values: [1], versionKey: 0n }
    await expect(chain.submitWeights(pairFromUri('//Alice'), weights, { until: 'included' })).rejects.toMatchObject({
      code: 'CHAIN_UNSUPPORTED',
      retry: false,
      message: expect.stringContaining('subtensorModule.setWeights'),
    })
    expect((await chain.readMetagraph(1)).netuid).toBe(1)
  })

  it('while connected: the notification alone brings the new metadata', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    let shift = 0
    pretend(proxy, () => shift)
    const tamper = proxy.tampering.reply
    let subscription: unknown
    proxy.tampering.reply = (message, method) => {
      if (method === 'state_subscribeRuntimeVersion') subscription = message.result
      return tamper?.(message, method) ?? null
    }
    const chain = await lab.connect(proxy.endpoint)
    const { specVersion } = chain
    await vi.waitUntil(() => subscription !== undefined, patient)
    shift = 1
    proxy.inject({ method: 'state_runtimeVersion', params: { subscription, result: { specVersion: specVersion + 1 } } })
    await vi.waitUntil(() => chain.specVersion === specVersion + 1, patient)
    expect(proxy.connectionCount()).toBe(1)
  })

  it('never downwards: an endpoint with an older runtime than the chain had is not used', async () => {
    const node = await lab.chain()
    const [current, old] = [await lab.proxy(node), await lab.proxy(node)]
    pretend(old, () => -1)
    const chain = await lab.connect([current.endpoint, old.endpoint])
    current.cut()
    await vi.waitUntil(() => current.connectionCount() === 2, patient)
    expect(chain.endpoint).toBe(current.endpoint)
    expect(lab.troubles).toContain('CHAIN_WRONG_SPEC')
  })
})
