import { randomBytes } from 'node:crypto'
import type { ApiPromise } from '@polkadot/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { encryptToRound } from '../../../shared/timelock/encrypt-to-round.ts'
import { encodeWeightsPayload } from '../../../shared/timelock/weights-payload.ts'
import { devKey, include, openApi, startTestChain } from './chain-harness.ts'

const netuid = 2
let running: RunningChain
let api: ApiPromise

beforeAll(async () => {
  running = await startTestChain({ preset: 'fast', blockTimeMs: 500 })
  api = await openApi(running)
})

afterAll(async () => {
  await api.disconnect()
  await running.stop()
})

it('weights encrypted with what a client reads from the chain are revealed by the chain', async () => {
  const alice = devKey('Alice')
  const call = (name: string, ...args: unknown[]) => {
    const make = api.tx.subtensorModule?.[name]
    if (make === undefined) throw new Error(`no call ${name}`)
    return include(running, api, make(...args), alice)
  }
  await call('registerNetwork', alice.address)
  const beacon = (await api.query.drand?.beaconConfig?.())?.toJSON() as { publicKey: string; genesisTime: number; period: number }
  const now = Number((await api.query.timestamp?.now?.())?.toString())
  const round = BigInt(Math.floor((now / 1000 - beacon.genesisTime) / beacon.period) + 4)
  const commit = encryptToRound({
    message: encodeWeightsPayload({ hotkey: alice.publicKey, uids: [0], values: [9], versionKey: 0n }),
    round,
    beaconPublicKey: Buffer.from(beacon.publicKey.slice(2), 'hex'),
    random: randomBytes,
  })
  const sent = await call('commitTimelockedWeights', netuid, `0x${Buffer.from(commit).toString('hex')}`, round, 4)
  expect(sent.error).toBe(undefined)
  expect(sent.events).toContain('subtensorModule.TimelockedWeightsCommitted')
  running.newBlock(20)
  expect((await api.query.subtensorModule?.weights?.(netuid, 0))?.toJSON()).toEqual([[0, 65_535]])
})
