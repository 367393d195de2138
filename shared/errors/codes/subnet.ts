import { defineErrors } from '../error-entry.ts'

export const subnetErrors = defineErrors({
  SUBNET_FILE: { sentence: 'The subnet file {file} cannot be used: {problem}', status: 400, blame: 'operator', retry: false },
  SUBNET_MODELS: {
    sentence: 'The subnet file names {count} models, but a validator judges exactly one.',
    status: 400,
    blame: 'operator',
    retry: false,
    hint: 'Leave one model in the file.',
  },
})
