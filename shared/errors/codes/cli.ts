import { defineErrors } from '../error-entry.ts'

export const cliErrors = defineErrors({
  CLI_USAGE: { sentence: '{problem}', status: 400, blame: 'operator', retry: false },
})
