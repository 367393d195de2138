import { defineErrors } from '../error-entry.ts'

export const engineErrors = defineErrors({
  ENGINE_CLOSED: { sentence: 'The engine of {model} is closed.', status: 503, blame: 'self', retry: true },
})
