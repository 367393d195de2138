import { defineErrors } from '../error-entry.ts'

export const modelErrors = defineErrors({
  MODEL_FILE_DIGEST: { sentence: 'The file {file} has the SHA-256 {found}, but its manifest says {expected}.', status: 500, blame: 'operator', retry: false, hint: 'Fetch the file again, or use the manifest that belongs to it.' },
})
