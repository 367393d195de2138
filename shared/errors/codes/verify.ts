import { defineErrors } from '../error-entry.ts'

export const verifyErrors = defineErrors({
  VERIFY_CANARY: { sentence: 'The reference does not reproduce the known answers of {model}: {problem}.', status: 500, blame: 'self', retry: false },
})
