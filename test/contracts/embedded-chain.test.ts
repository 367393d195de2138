import { startChain } from '../../shared/devchain/start-chain.ts'
import { describeChainPort } from './chain-port.contract.ts'

describeChainPort('the embedded chain', async () => {
  const { url, stop } = await startChain({ preset: 'fast', blockTimeMs: 100, port: 0 })
  return { endpoint: url, stop }
})
