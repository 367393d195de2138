import { defineErrors } from '../error-entry.ts'

export const protocolErrors = defineErrors({
  PROTO_SHAPE: { sentence: 'The {what} is malformed at {path}: {problem}.', status: 400, blame: 'caller', retry: false },
})
