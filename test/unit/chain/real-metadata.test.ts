import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSubstrateChain, type SubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { type FakeRpcServer, RpcFailure, startFakeRpcServer } from '../../support/fake-rpc-server.ts'

// Metadata of a real Subtensor runtime is not ours to ship: name a file of it (SCALE, as the runtime gives it) to run these.
const file = process.env.ASSAY_SUBTENSOR_METADATA
const genesis = `0x${'11'.repeat(32)}`
const header = { parentHash: genesis, number: '0x0', stateRoot: genesis, extrinsicsRoot: genesis, digest: { logs: [] } }

describe.skipIf(file === undefined)('against the metadata of a real Subtensor runtime', () => {
  let server: FakeRpcServer
  let chain: SubstrateChain
  const sent: string[] = []

  beforeAll(async () => {
    await waitForCrypto()
    server = await startFakeRpcServer({
      chain_getBlockHash: genesis,
      chain_getFinalizedHead: genesis,
      chain_getHeader: header,
      system_accountNextIndex: 0,
      state_getRuntimeVersion: { specName: 'node-subtensor', specVersion: 424, transactionVersion: 1 },
      state_subscribeRuntimeVersion: 'versions',
      state_call: new RpcFailure(-32601, 'Method not found'),
      state_getMetadata: `0x${readFileSync(file ?? '').toString('hex')}`,
      author_submitAndWatchExtrinsic: (hex: string) => {
        sent.push(hex)
        return new RpcFailure(1010, 'Invalid Transaction', 'Custom error: 6')
      },
    })
    chain = await connectSubstrateChain({ endpoint: server.endpoint })
  })
  afterAll(async () => {
    await chain.close()
    await server.close()
  })

  it('encodes the calls as the chain’s other clients do', async () => {
    const alice = pairFromUri('//Alice')
    const options = { until: 'included' } as const
    const weights = { netuid: 1, uids: [0, 1], values: [65_535, 1], versionKey: 0n }
    expect(await chain.submitWeights(alice, weights, options)).toEqual({
      status: 'refused',
      error: 'RateLimitExceeded',
      docs: 'Custom error: 6',
    })
    await chain.submitServeAxon(alice, 1, { host: '1.2.3.4', port: 8091 }, options)
    expect(sent[0]).toMatch(/07000100080000010008ffff01000000000000000000$/)
    expect(sent[1]).toMatch(/0704010001000000040302010000000000000000000000009b1f04040000$/)
  })

  it('carries the era, nonce, tip and metadata mode, and no byte for Subtensor’s own extensions', () => {
    // 84: signed, version 4. 00: an address by account id. 01: sr25519. Then 64 bytes of signature, era, nonce, tip, mode.
    const alice = Buffer.from(pairFromUri('//Alice').publicKey).toString('hex')
    expect(sent[0]).toMatch(new RegExp(`^0x(?:[0-9a-f]{2}){1,2}8400${alice}01[0-9a-f]{128}06000000000700`))
  })

  it('knows the block time', () => {
    expect(chain.blockTimeMs).toBe(12_000)
  })
})
