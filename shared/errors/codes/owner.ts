import { defineErrors } from '../error-entry.ts'

export const ownerErrors = defineErrors({
  OWNER_FILE: { sentence: '{file} cannot be used: {problem}', status: 400, blame: 'operator', retry: false },
})
