import { defineErrors } from '../error-entry.ts'

export const doctorErrors = defineErrors({
  DOCTOR_FILE: { sentence: 'The file {file} cannot be read: {problem}.', status: 404, blame: 'operator', retry: false },
  DOCTOR_YAML: {
    sentence: 'Line {line} of {file} cannot be read: {problem}.',
    status: 400,
    blame: 'operator',
    retry: false,
    hint: 'Write mappings by indentation with plain values, as in config/min_compute.yml.',
  },
})
