import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The receipt came before its deadline block: later the audit beacon could be known. */
export function checkInTime({ exchange, arrival }: ReceivedAnswer): Finding {
  const deadline = exchange.ask.assay.deadlineBlock
  return arrival.arrivedBlock < deadline ? pass : fail('VERIFY_LATE', { arrived: arrival.arrivedBlock, deadline })
}
