import { defineErrors } from '../error-entry.ts'

export const validatorErrors = defineErrors({
  VALIDATOR_NO_PERMIT: { sentence: 'The hotkey {hotkey} has no validator permit on subnet {netuid}.', status: 403, blame: 'operator', retry: true },
})
