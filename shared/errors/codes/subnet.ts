import { defineErrors } from '../error-entry.ts'

export const subnetErrors = defineErrors({
  SUBNET_FILE: { sentence: 'The subnet file {file} cannot be used: {problem}', status: 400, blame: 'operator', retry: false },
})
