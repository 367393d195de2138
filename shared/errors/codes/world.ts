import { defineErrors } from '../error-entry.ts'

export const worldErrors = defineErrors({
  WORLD_ADDRESS: { sentence: 'The address {address} cannot be bound on this host.', status: 500, blame: 'operator', retry: false, hint: '{command}' },
})
