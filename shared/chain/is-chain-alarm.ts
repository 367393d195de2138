import type { AssayError } from '../errors/assay-error.ts'

/** Troubles that are no mere outage: an endpoint that contradicts the chain as it was known. */
const alarms: readonly string[] = ['CHAIN_DISAGREE', 'CHAIN_FORKED', 'CHAIN_HEAD_REFUSED', 'CHAIN_WRONG_GENESIS', 'CHAIN_WRONG_SPEC']

/** Says whether somebody should look at a trouble of the connection at once. */
export function isChainAlarm({ code }: AssayError): boolean {
  return alarms.includes(code)
}
