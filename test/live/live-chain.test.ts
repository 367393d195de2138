import { describe, it } from 'vitest'
import { describeChainPort } from '../contracts/chain-port.contract.ts'

const endpoint = process.env.ASSAY_LIVE_CHAIN
if (!endpoint) {
  const reason = 'ASSAY_LIVE_CHAIN names no node (ws://...) whose sudo key is //Alice'
  describe.skip('the chain port on a live node', () => void it(reason, () => undefined))
} else describeChainPort(`the node at ${endpoint}`, async () => ({ endpoint, stop: async () => undefined }))
