import { describe, it } from 'vitest'
import { describeChainPort } from '../contracts/chain-port.contract.ts'
import { findSubtensor } from './find-subtensor.ts'
import { startChopsticks } from './start-chopsticks.ts'

const files = findSubtensor()
if (typeof files === 'string') describe.skip('the chain port on the real runtime', () => void it(files, () => undefined))
else describeChainPort('the real Subtensor runtime', () => startChopsticks(files, 'steady'))
