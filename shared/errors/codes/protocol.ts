import { defineErrors } from '../error-entry.ts'

export const protocolErrors = defineErrors({
  PROTO_SHAPE: { sentence: 'The {what} is malformed at {path}: {problem}.', status: 400, blame: 'caller', retry: false },
  PROTO_PARAMETER: { sentence: 'The parameter {param} {problem}.', status: 400, blame: 'caller', retry: false },
})
