import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The receipt is of this miner, for this validator, subnet and request; another one could have been put in by anybody who saw it. */
export function checkIdentity({ exchange, arrival: { receipt }, validator, netuid }: ReceivedAnswer): Finding {
  const expected = { miner: exchange.miner.hotkey, validator, netuid, requestId: exchange.ask.assay.requestId }
  for (const field of ['miner', 'validator', 'netuid', 'requestId'] as const)
    if (receipt[field] !== expected[field]) return fail('VERIFY_IDENTITY', { field, found: receipt[field], expected: expected[field] })
  return pass
}
