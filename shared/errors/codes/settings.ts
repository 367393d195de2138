import { defineErrors } from '../error-entry.ts'

export const settingsErrors = defineErrors({
  SETTINGS_INVALID: { sentence: 'These settings cannot be used:\n{problems}', status: 400, blame: 'operator', retry: false },
})
