import { expect, it } from 'vitest'
import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'

it('a chain that nobody answers for is named while it is still being tried, once and without what may be secret in it', async () => {
  const told: string[] = []
  const endpoint = 'ws://127.0.0.1:1/v1?key=secret'
  const connecting = connectSubstrateChain({ endpoint, timeoutMs: 500, slowMs: 20, onSlow: text => told.push(text) })
  await expect(connecting).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/^still trying ws:\/\/127\.0\.0\.1:1\/v1\?\*\*\*, for 0\.5 s at most: .*refused/i)
  expect(told[0]).not.toContain('secret')
})
