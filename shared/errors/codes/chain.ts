import { defineErrors } from '../error-entry.ts'

export const chainErrors = defineErrors({
  CHAIN_TIMEOUT: { sentence: '{call} got no answer within {timeoutMs} ms.', status: 504, blame: 'chain', retry: true, hint: 'Check that the endpoint {endpoint} is reachable.' },
})
