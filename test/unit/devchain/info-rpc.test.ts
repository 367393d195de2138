import type { ApiPromise } from '@polkadot/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { infoMethods } from '../../../shared/devchain/rpc/methods/info-methods.ts'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { devKey, openApi, startTestChain } from './chain-harness.ts'
import { RawSocket, type RpcReply } from './rpc-client.ts'

let running: RunningChain
let api: ApiPromise
let socket: RawSocket

beforeAll(async () => {
  running = await startTestChain({ preset: 'fast' })
  running.newBlock(2)
  api = await openApi(running)
  socket = await RawSocket.open(running)
})
afterAll(async () => {
  socket?.close()
  await api?.disconnect()
  await running?.stop()
})

const ask = async (method: string, ...params: unknown[]) => (await socket.call(method, ...params)) as RpcReply

const alice = devKey('Alice')
const aliceBytes = [...alice.publicKey]

describe('the methods that Subtensor adds to a node, over a WebSocket', () => {
  it('are all named by rpc_methods', async () => {
    const { methods } = (await ask('rpc_methods')).result as { methods: string[] }
    expect(methods).toEqual(expect.arrayContaining(Object.keys(infoMethods)))
  })

  it.each([
    ['neuronInfo_getNeuronsLite', [1], 'neuronInfoRuntimeApi', 'getNeuronsLite', [1]],
    ['neuronInfo_getNeuronLite', [1, 0], 'neuronInfoRuntimeApi', 'getNeuronLite', [1, 0]],
    ['neuronInfo_getNeurons', [1], 'neuronInfoRuntimeApi', 'getNeurons', [1]],
    ['neuronInfo_getNeuron', [1, 0], 'neuronInfoRuntimeApi', 'getNeuron', [1, 0]],
    ['subnetInfo_getSubnetInfo', [1], 'subnetInfoRuntimeApi', 'getSubnetInfo', [1]],
    ['subnetInfo_getSubnetsInfo', [], 'subnetInfoRuntimeApi', 'getSubnetsInfo', []],
    ['subnetInfo_getSubnetInfo_v2', [1], 'subnetInfoRuntimeApi', 'getSubnetInfoV2', [1]],
    ['subnetInfo_getSubnetsInfo_v2', [], 'subnetInfoRuntimeApi', 'getSubnetsInfoV2', []],
    ['subnetInfo_getSubnetHyperparams', [1], 'subnetInfoRuntimeApi', 'getSubnetHyperparams', [1]],
    ['subnetInfo_getSubnetHyperparamsV2', [1], 'subnetInfoRuntimeApi', 'getSubnetHyperparamsV2', [1]],
    ['subnetInfo_getAllDynamicInfo', [], 'subnetInfoRuntimeApi', 'getAllDynamicInfo', []],
    ['subnetInfo_getDynamicInfo', [1], 'subnetInfoRuntimeApi', 'getDynamicInfo', [1]],
    ['subnetInfo_getAllMetagraphs', [], 'subnetInfoRuntimeApi', 'getAllMetagraphs', []],
    ['subnetInfo_getMetagraph', [1], 'subnetInfoRuntimeApi', 'getMetagraph', [1]],
    ['subnetInfo_getAllMechagraphs', [], 'subnetInfoRuntimeApi', 'getAllMechagraphs', []],
    ['subnetInfo_getMechagraph', [1, 0], 'subnetInfoRuntimeApi', 'getMechagraph', [1, 0]],
    ['subnetInfo_getSubnetState', [1], 'subnetInfoRuntimeApi', 'getSubnetState', [1]],
    ['subnetInfo_getSelectiveMetagraph', [1, [0, 8, 52]], 'subnetInfoRuntimeApi', 'getSelectiveMetagraph', [1, [0, 8, 52]]],
    ['subnetInfo_getSelectiveMechagraph', [1, 0, [52]], 'subnetInfoRuntimeApi', 'getSelectiveMechagraph', [1, 0, [52]]],
    ['subnetInfo_getColdkeyAutoStakeHotkey', [alice.address, 1], 'subnetInfoRuntimeApi', 'getColdkeyAutoStakeHotkey', [alice.address, 1]],
    ['subnetInfo_getSubnetAccountId', [1], 'subnetInfoRuntimeApi', 'getSubnetAccountId', [1]],
    ['delegateInfo_getDelegates', [], 'delegateInfoRuntimeApi', 'getDelegates', []],
    ['delegateInfo_getDelegate', [aliceBytes], 'delegateInfoRuntimeApi', 'getDelegate', [alice.address]],
    ['delegateInfo_getDelegated', [aliceBytes], 'delegateInfoRuntimeApi', 'getDelegated', [alice.address]],
    ['stakeInfo_getColdkeyLock', [alice.address, 1], 'stakeInfoRuntimeApi', 'getColdkeyLock', [alice.address, 1]],
    ['swap_simSwapTaoForAlpha', [1, 1_000_000_000], 'swapRuntimeApi', 'simSwapTaoForAlpha', [1, 1_000_000_000]],
    ['swap_simSwapAlphaForTao', [1, 1_000_000_000], 'swapRuntimeApi', 'simSwapAlphaForTao', [1, 1_000_000_000]],
  ])('%s gives the bytes of the runtime’s own API as numbers', async (method, params, trait, call, args) => {
    const expected = await api.call[trait]?.[call]?.(...args)
    const { result } = await ask(method, ...params)
    expect(result).toEqual([...(expected?.toU8a() ?? [])])
    expect((result as number[]).length).toBeGreaterThan(0)
  })

  it('prices, the lock cost and the subnet to prune as plain values', async () => {
    expect((await ask('swap_currentAlphaPrice', 1)).result).toBe(1_000_000_000)
    expect((await ask('swap_currentAlphaPriceAll')).result).toContainEqual({ netuid: 1, price: 1_000_000_000 })
    expect((await ask('subnetInfo_getLockCost')).result).toBe(1_000_000_000_000)
    expect((await ask('subnetInfo_getSubnetToPrune')).result).toBe(null)
  })

  it('at a block that is named last', async () => {
    const hash = running.chain.head.hash
    running.newBlock()
    const before = await ask('subnetInfo_getMetagraph', 1, hash)
    expect(before.result).not.toEqual((await ask('subnetInfo_getMetagraph', 1)).result)
    expect((await ask('subnetInfo_getLockCost', `0x${'00'.repeat(32)}`)).error).toBeDefined()
  })

  it.each([
    ['neuronInfo_getNeurons', ['one']],
    ['neuronInfo_getNeuron', [1]],
    ['neuronInfo_getNeurons', [70_000]],
    ['delegateInfo_getDelegate', [[1, 2, 3]]],
    ['delegateInfo_getDelegate', [alice.address]],
    ['subnetInfo_getSelectiveMetagraph', [1, 5]],
    ['subnetInfo_getColdkeyAutoStakeHotkey', ['nobody', 1]],
    ['swap_simSwapTaoForAlpha', [1, -1]],
  ])('%s refuses %j by the code for wrong parameters', async (method, params) => {
    expect((await ask(method, ...params)).error?.code).toBe(-32602)
  })
})
