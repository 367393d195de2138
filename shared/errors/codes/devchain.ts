import { defineErrors } from '../error-entry.ts'

export const devchainErrors = defineErrors({
  DEVCHAIN_PORT_TAKEN: { sentence: 'Port {port} on {host} is already in use.', status: 409, blame: 'operator', retry: false, hint: 'Stop what uses it, or choose another with --port (0 picks a free one).' },
})
