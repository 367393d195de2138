import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Received, started, finished: in this order on the miner's own clock. How long it took is measured by the validator, never read here. */
export function checkTimes({ arrival }: ReceivedAnswer): Finding {
  const { receivedMs: received, startedMs: started, finishedMs: finished } = arrival.receipt.times
  return received <= started && started <= finished ? pass : fail('VERIFY_TIMES', { received, started, finished })
}
